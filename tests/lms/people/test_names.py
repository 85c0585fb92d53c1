"""Legal names: asked for, decided by an officer, kept as history, never overwritten silently."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import Http404

from lms.audit.models import AuditEntry
from lms.kit import clock
from lms.notices.models import Notice
from lms.people.integrity import integrity
from lms.people.models import NameChange, NameDecision, Person
from lms.people.names import NoSuchNameChange, name_known, names_known
from lms.people.operations.naming import (
    MOST_WAITING,
    NameDecided,
    NameFormUsed,
    NewName,
    NoDocument,
    NotANameYet,
    SameName,
    TooManyNames,
    WrongNameReason,
    ask_name,
    write_name_decision,
)
from lms.people.queries import NoSuchPerson

NEW = NewName("Alma", "Reyes Ortega", date(2026, 10, 3), "marriage")
MINE, QUEUE = "/me/name/", "/state/names/"


def ask(cast, *, by="alma", about="alma", new=NEW, form_key=None):
    return ask_name(
        actor_id=cast.user(by).pk,
        person_id=cast.person(about).pk,
        new=new,
        form_key=form_key or uuid4(),
    )


def decide(cast, uuid, *, by="ines", accepted=True, reason="document_seen", **more):
    if accepted:
        more = {"document": "marriage certificate"} | more
    with transaction.atomic():
        return write_name_decision(
            actor_id=cast.user(by).pk, uuid=uuid, accepted=accepted, reason_code=reason, **more
        )


def called(cast, key="alma"):
    row = Person.objects.get(pk=cast.person(key).pk)
    return row.given_name, row.family_name, row.folded_name


def failing():
    return [each.name for each in integrity() if not each.ok]


def test_asking_changes_nothing_until_an_officer_accepts(cast):
    uuid = ask(cast)
    assert called(cast) == ("Alma", "Reyes", "alma reyes")
    decide(cast, uuid)
    assert called(cast) == ("Alma", "Reyes Ortega", "alma reyes ortega")


def test_a_refused_name_changes_nothing_and_the_worker_is_told_why(cast):
    decide(cast, ask(cast), accepted=False, reason="no_document", note="Please bring it.")
    assert called(cast) == ("Alma", "Reyes", "alma reyes")
    body = Notice.objects.get(key__endswith=":decided").body
    assert "did not change" in body and "Please bring it." in body


def test_a_correction_of_one_letter_is_a_decided_request_too(cast):
    uuid = ask(cast, new=NewName("Alma", "Reyés", date(2026, 10, 3), "correction"))
    assert called(cast)[1] == "Reyes"
    decide(cast, uuid, reason="clerical", document="driver license")
    assert called(cast)[1] == "Reyés"


def test_the_name_of_each_instant_stays_known(cast):
    person = cast.person("alma").pk
    start = clock.now()
    decide(cast, ask(cast))
    between = clock.now()
    decide(cast, ask(cast, new=NewName("Alma Luz", "Ortega", date(2026, 11, 1), "other")))
    assert name_known(person_id=person, at=start) == ("Alma", "Reyes")
    assert name_known(person_id=person, at=between) == ("Alma", "Reyes Ortega")
    assert name_known(person_id=person, at=clock.now()) == ("Alma Luz", "Ortega")
    with pytest.raises(NoSuchPerson):
        name_known(person_id=999_999, at=start)


def test_names_of_many_cost_two_statements(cast, statements):
    decide(cast, ask(cast))
    everybody = [person.pk for person in cast.people.values()]
    for people in (everybody[:1], everybody):
        with statements() as counted:
            names_known(person_ids=people, at=clock.now())
        assert len(counted) == 2


@pytest.mark.parametrize(
    ("by", "about", "raised"),
    [
        ("bo", "alma", None),  # manages her agency
        ("alma", "alma", None),
        ("renata", "alma", PermissionDenied),  # her coach
        ("ines", "alma", PermissionDenied),  # decides, and does not ask
        ("lucia", "alma", Http404),  # works elsewhere
    ],
)
def test_who_may_ask(cast, by, about, raised):
    if raised is None:
        assert isinstance(ask(cast, by=by, about=about), UUID)
    else:
        with pytest.raises(raised):
            ask(cast, by=by, about=about)
        assert not NameChange.objects.exists()


def test_whoever_is_asked_about_by_a_manager_is_told(cast):
    ask(cast)
    assert not Notice.objects.exists()
    ask(cast, by="bo", new=NewName("Alba", "Reyes", date(2026, 1, 1), "correction"))
    notice = Notice.objects.get()
    assert notice.address == "alma@example.org" and "Alba Reyes" in notice.body


@pytest.mark.parametrize(
    ("by", "raised"),
    [("alma", PermissionDenied), ("bo", PermissionDenied), ("dee", PermissionDenied),
     ("lucia", Http404)],
)  # fmt: skip
def test_only_an_officer_decides(cast, by, raised):
    uuid = ask(cast)
    with pytest.raises(raised):
        decide(cast, uuid, by=by)
    assert not NameDecision.objects.exists()


def test_an_officer_never_decides_their_own_name_nor_what_they_asked(cast):
    own = ask(cast, by="ines", about="ines", new=NewName("Inés", "Calder", NEW.from_on, "other"))
    with pytest.raises(PermissionDenied):
        decide(cast, own)
    cast.give_duty("ines", "agency_manager", "rio-vista")
    asked = ask(cast, by="ines")
    with pytest.raises(PermissionDenied):
        decide(cast, asked)
    decide(cast, asked, by="odette")
    decide(cast, own, by="odette")
    assert called(cast, "ines")[:2] == ("Inés", "Calder")


def test_a_request_is_decided_once(cast):
    uuid = ask(cast)
    decide(cast, uuid)
    with pytest.raises(NameDecided):
        decide(cast, uuid, by="odette", accepted=False, reason="other", note="no")
    with pytest.raises(NoSuchNameChange):
        decide(cast, uuid4())


def test_accepting_takes_a_document_in_words_and_a_reason_that_fits(cast):
    uuid = ask(cast)
    with pytest.raises(NoDocument):
        decide(cast, uuid, document=" ")
    with pytest.raises(WrongNameReason):
        decide(cast, uuid, reason="no_document")
    with pytest.raises(WrongNameReason):
        decide(cast, uuid, accepted=False, reason="document_seen")


def test_what_makes_no_sense_is_refused(cast):
    with pytest.raises(SameName):
        ask(cast, new=NewName(" Alma ", "Reyes", NEW.from_on, "other"))
    tomorrow = clock.today("America/Denver") + timedelta(days=2)
    with pytest.raises(NotANameYet):
        ask(cast, new=NewName("Alma", "Ortega", tomorrow, "other"))
    with pytest.raises(WrongNameReason):
        ask(cast, new=NewName("Alma", "Ortega", NEW.from_on, "because"))


def test_the_same_form_twice_is_one_request(cast):
    key = uuid4()
    assert ask(cast, form_key=key) == ask(cast, form_key=key)
    with pytest.raises(NameFormUsed):
        ask(cast, by="bo", about="kofi", form_key=key)


def test_no_flood_of_requests_waits(cast):
    for number in range(MOST_WAITING):
        ask(cast, new=NewName(f"Alma{number}", "Reyes", NEW.from_on, "other"))
    with pytest.raises(TooManyNames):
        ask(cast)


@pytest.mark.parametrize("model", [NameChange, NameDecision])
def test_history_cannot_be_changed_or_deleted(cast, model):
    decide(cast, ask(cast))
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(recorded_at=clock.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.all().delete() if model is NameDecision else model.objects.filter(
            pk__gt=0
        )._raw_delete("default")


def test_the_check_finds_a_name_that_nobody_decided(cast):
    decide(cast, ask(cast))
    assert failing() == []
    Person.objects.filter(pk=cast.person("alma").pk).update(
        family_name="Ortega", folded_name="alma ortega"
    )
    assert failing() == ["names-as-decided"]


def test_the_audit_log_says_who_and_never_the_name(cast):
    decide(cast, ask(cast))
    rows = AuditEntry.objects.order_by("pk").values_list("action", "actor__email", "detail")
    assert [row[:2] for row in rows] == [
        ("name_change_asked", "alma@example.org"),
        ("name_changed", "ines@example.org"),
    ]
    assert "Ortega" not in str(list(rows))


# --- the pages ------------------------------------------------------------------------------
def form(**more):
    return {
        "given_name": "Alma",
        "family_name": "Reyes Ortega",
        "from_on": "2026-10-03",
        "reason": "marriage",
        "form_key": str(uuid4()),
    } | more


def test_a_worker_asks_and_sees_what_was_asked_and_decided(cast, client):
    client.force_login(cast.user("alma"))
    page = client.post(MINE, form(), follow=True)
    assert page.status_code == 200 and b"Reyes Ortega" in page.content
    decide(cast, NameChange.objects.get().uuid, note="All the best.")
    text = client.get(MINE).content.decode()
    assert "Seen: marriage certificate." in text and "All the best." in text
    assert "Inés Calderón" in text


def test_what_was_typed_stays_when_something_is_wrong(cast, client):
    client.force_login(cast.user("alma"))
    page = client.post(MINE, form(from_on="2999-01-01"))
    assert page.status_code == 400
    assert b"Choose today or a day in the past." in page.content
    assert b'value="Reyes Ortega"' in page.content


def test_a_manager_asks_for_staff_and_reads_no_reasons_and_no_other_history(cast, client):
    decide(cast, ask(cast, new=NewName("Alma", "Rey", date(2026, 1, 2), "gender")))
    client.force_login(cast.user("bo"))
    address = f"{MINE}?for={cast.person('alma').uuid}"
    text = client.get(address).content.decode()
    assert "Alma Rey" in text and "Reyes" not in text and "NC-" not in text
    assert client.post(address, form(), follow=True).status_code == 200
    text = client.get(address).content.decode()
    assert "Alma Reyes Ortega" in text and "What you have asked" in text


@pytest.mark.parametrize(
    ("who", "status"), [("lucia", 404), ("renata", 403), ("kofi", 403), ("alma", 200), ("bo", 200)]
)
def test_who_opens_the_page_about_alma(cast, client, who, status):
    client.force_login(cast.user(who))
    assert client.get(f"{MINE}?for={cast.person('alma').uuid}").status_code == status


def test_an_unknown_person_is_not_found(cast, client):
    client.force_login(cast.user("bo"))
    assert client.get(f"{MINE}?for={uuid4()}").status_code == 404
    assert client.get(f"{MINE}?for=nobody").status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("alma", 403), ("bo", 403), ("dee", 403), ("ines", 200)]
)
def test_only_officers_open_the_queue(cast, client, who, status):
    client.force_login(cast.user(who))
    assert client.get(QUEUE).status_code == status


def test_the_queue_shows_what_waits_by_age(cast, client, time_machine):
    time_machine.move_to("2026-11-02T18:00:00Z", tick=False)
    ask(cast, by="kofi", about="kofi", new=NewName("Kofi", "Mensa", NEW.from_on, "correction"))
    time_machine.move_to("2026-11-12T18:00:00Z", tick=False)
    decide(cast, ask(cast))
    ask(cast, by="ines", about="ines", new=NewName("Inés", "C", NEW.from_on, "other"))
    client.force_login(cast.user("ines"))
    page = client.get(QUEUE)
    # Her own request is for another officer.
    assert [(row.new_name, days) for row, days in page.context["rows"]] == [("Kofi Mensa", 10)]
    assert page.context["waiting"] == 1
    for show, names in (("accepted", ["Alma Reyes Ortega"]), ("refused", [])):
        rows = client.get(QUEUE, {"show": show}).context["rows"]
        assert [row.new_name for row, _days in rows] == names
    rows = client.get(QUEUE, {"show": "all", "q": "mens"}).context["rows"]
    assert [row.new_name for row, _days in rows] == ["Kofi Mensa"]


def test_the_queue_costs_the_same_for_one_and_three(cast, client, statements):
    counts = []
    client.force_login(cast.user("ines"))
    for keys in (["alma"], ["kofi", "hannah"]):
        for key in keys:
            ask(cast, by=key, about=key, new=NewName("New", "Name", NEW.from_on, "other"))
        client.get(QUEUE)
        with statements() as counted:
            client.get(QUEUE)
        counts.append(len(counted))
    assert counts[0] == counts[1]
