"""One period under several numbers: what each of them says on every date, and who learns what."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from certification.credentials import tasks
from certification.credentials.certificate import certificate_html, certificate_pdf
from certification.credentials.integrity import integrity, wrong_standing
from certification.credentials.models import Credential, CredentialEvent, StandingSpan
from certification.credentials.operations import (
    WrongReason,
    WrongState,
    decide_name,
    evaluate,
    follow_up,
    reinstate,
    reissue,
    retire,
    revoke,
    suspend,
)
from certification.credentials.queries import held_by, held_of
from certification.credentials.reissuing import reissuable
from certification.programs.operations import adopt, load_programs
from certification.verification.queries import certificates_by_code, verify
from courses.public import evidence_recorded
from lms.kit import clock
from lms.notices.models import Notice
from lms.people.models import NameChange, Person
from lms.people.operations.naming import NewName, ask_name
from tests.cast import HIRED
from tests.certification.credentials.test_renewal import PROGRAM
from tests.certification.learning import finish_mrss_101, finish_program, learn

DAY = date(2026, 5, 4)
# Noon in Denver on 21 November 2026.
NOW = "2026-11-21T19:00:00Z"
AGAIN = date(2026, 11, 21)
ONE = timedelta(days=1)
FIELDS = (
    "person_id program_key credential_key period title program_title issuer hours hours_by_type"
    " content_revision zone valid_from valid_until renew_from grace_until"
).split()


@pytest.fixture
def certified(programs, time_machine):
    """Certify Alma on 4 May 2026, and stop the clock on 21 November; return the code."""
    time_machine.move_to("2026-05-04T19:00:00Z", tick=False)
    alma = programs.person("alma")
    evidence_recorded.disconnect(dispatch_uid="certification.weigh_evidence")
    try:
        finish_mrss_101(alma, DAY)
        finish_program(alma, "nm-mrss", DAY)
        evaluate(person_ids=[alma.pk], program_key="nm-mrss", on=DAY)
    finally:
        tasks.connect()
    time_machine.move_to(NOW, tick=False)
    return Credential.objects.get().code


BEGUN, ENDS = date(2025, 3, 3), date(2026, 3, 3)
OPENS = ENDS - timedelta(days=60)


@pytest.fixture
def pairs(cast, tmp_path, time_machine):
    """Certify Alma on 3 March 2025 for a year, renewable in its last 60 days; return who does."""

    def publish(expiry="completion"):
        file = tmp_path / "pairs.yaml"
        file.write_text(PROGRAM.replace("EXPIRY", expiry), "utf-8")
        load_programs(path=file)
        adopt(
            organisation_id=cast.organisation("rio-vista").pk, program_key="pairs", starts_on=HIRED
        )
        time_machine.move_to("2025-03-03T20:00:00Z", tick=False)
        alma = cast.person("alma")
        learn(alma, "FIRST", BEGUN, hours=2, hours_type="self_paced")
        evaluate(person_ids=[alma.pk])
        return alma

    return publish


def ask(cast, family="Ortega", *, by="alma", about="alma"):
    return ask_name(
        actor_id=cast.user(by).pk,
        person_id=cast.person(about).pk,
        new=NewName("Alma", family, date(2025, 1, 3), "marriage"),
        form_key=uuid4(),
    )


def rename(cast, *codes, family="Ortega", by="ines"):
    return decide_name(
        actor_id=cast.user(by).pk,
        uuid=ask(cast, family),
        accepted=True,
        reason_code="document_seen",
        document="marriage certificate",
        reissue=codes,
    )


def reissued(cast, code):
    [new] = rename(cast, code)
    return Credential.objects.get(code=new)


def worth(code, *days):
    held = held_of(Credential.objects.get(code=code))
    return [held.worth(day).status.value for day in days]


def public(code, *days):
    return [verify(code=code, on=day).status.value for day in days]


def standing(day):
    rows = StandingSpan.objects.filter(program_key="nm-mrss", from_on__lte=day)
    return rows.exclude(until_on__lte=day).get().status


def failing():
    """Return what the check finds; Alma alone was evaluated, the others have no standing here."""
    alma = Person.objects.get(email="alma@example.org").pk
    assert alma not in set(wrong_standing())
    return [
        (each.name, each.problems)
        for each in integrity()
        if not each.ok and each.name != "standing-is-the-fold"
    ]


def officers(cast):
    return {"actor_id": cast.user("ines").pk, "proposed_by_id": cast.user("odette").pk}


# --- what is written ------------------------------------------------------------------------
def test_the_new_number_has_everything_of_the_old_but_the_name(programs, certified):
    old = Credential.objects.get()
    new = reissued(programs, certified)
    assert {name: getattr(new, name) for name in FIELDS} == {
        name: getattr(old, name) for name in FIELDS
    }
    assert (new.edition, new.formerly_id, new.holder_name) == (2, old.pk, "Alma Ortega")
    assert new.code != old.code and old.holder_name == "Alma Reyes"
    assert Credential.objects.get(pk=old.pk).holder_name == "Alma Reyes"


def test_the_decision_is_copied_and_stays_provable(programs, certified):
    old = Credential.objects.get().decision
    new = reissued(programs, certified).decision
    for name in ("findings", "evidence", "as_of", "outcome", "engine", "program_version_id"):
        assert getattr(new, name) == getattr(old, name)
    assert new.uuid != old.uuid
    assert failing() == []


def test_the_old_number_says_which_one_took_its_place_and_why(programs, certified):
    new = reissued(programs, certified)
    event = CredentialEvent.objects.get(credential__code=certified, kind="superseded")
    assert (event.replaced_by, event.reason_code, event.effective_on, event.actor) == (
        new, "name_changed", AGAIN, programs.user("ines"),
    )  # fmt: skip


def test_name_and_certificates_change_together_or_not_at_all(programs, certified):
    uuid = ask(programs)
    with pytest.raises(WrongState):
        decide_name(
            actor_id=programs.user("ines").pk,
            uuid=uuid,
            accepted=True,
            reason_code="document_seen",
            document="marriage certificate",
            reissue=[certified, "MRSS-0000-0000-0"],
        )
    assert Person.objects.get(pk=programs.person("alma").pk).name == "Alma Reyes"
    assert Credential.objects.count() == 1
    assert NameChange.objects.get(decision__isnull=True).uuid == uuid


def test_a_certificate_of_somebody_else_is_never_issued_again_with_a_name(programs, certified):
    uuid = ask(programs, by="kofi", about="kofi")
    with pytest.raises(WrongState):
        decide_name(
            actor_id=programs.user("ines").pk,
            uuid=uuid,
            accepted=True,
            reason_code="document_seen",
            document="identity card",
            reissue=[certified],
        )


def test_a_name_may_change_without_any_certificate(programs, certified):
    assert rename(programs) == []
    assert Credential.objects.get().holder_name == "Alma Reyes"
    assert worth(certified, AGAIN) == ["valid"]


def test_a_refused_name_issues_nothing_even_when_boxes_were_ticked(programs, certified):
    codes = decide_name(
        actor_id=programs.user("ines").pk,
        uuid=ask(programs),
        accepted=False,
        reason_code="no_document",
        reissue=[certified],
    )
    assert codes == [] and Credential.objects.count() == 1


# --- the truth on every date ----------------------------------------------------------------
def test_on_every_date_exactly_one_number_counts(programs, certified):
    new = reissued(programs, certified).code
    end = Credential.objects.get(code=new).valid_until
    days = [DAY - ONE, DAY, AGAIN - ONE, AGAIN, AGAIN + ONE, end - ONE, end]
    old_says = ["not_yet_valid", "valid", "valid", *["superseded"] * 4]
    new_says = [*["not_yet_valid"] * 3, "valid", "valid", "valid", "expired"]
    assert worth(certified, *days) == public(certified, *days) == old_says
    assert worth(new, *days) == public(new, *days) == new_says


def test_the_standing_does_not_notice(programs, certified):
    mine = StandingSpan.objects.filter(program_key="nm-mrss").order_by("from_on")
    before = list(mine.values())
    new = reissued(programs, certified)
    after = list(mine.values())
    for row in (*before, *after):
        row.pop("id")
    assert after == before
    assert [standing(day) for day in (DAY, AGAIN - ONE, AGAIN, new.valid_until)] == [
        "certified", "certified", "certified", "expired",
    ]  # fmt: skip


def test_what_was_known_before_does_not_know_the_new_number(programs, certified):
    before = clock.now() - timedelta(minutes=1)
    new = reissued(programs, certified)
    old = next(each for each in held_by(person_ids=[new.person_id])[new.person_id]
               if each.code == certified)  # fmt: skip
    assert old.known(before).worth(AGAIN).status == "valid"
    assert held_of(new).known(before) is None


def test_nothing_is_earned_a_second_time(programs, certified):
    reissued(programs, certified)
    evaluate(person_ids=[programs.person("alma").pk])
    evaluate(person_ids=[programs.person("alma").pk], on=AGAIN + ONE)
    assert Credential.objects.filter(credential_key=Credential.objects.first().credential_key
                                     ).count() == 2  # fmt: skip


def test_rules_renew_the_newest_number(pairs, cast, time_machine):
    alma = pairs()
    time_machine.move_to("2025-09-01T19:00:00Z", tick=False)
    first = Credential.objects.get()
    second = reissued(cast, first.code)
    time_machine.move_to(f"{OPENS}T19:00:00Z", tick=False)
    learn(alma, "AGAIN", OPENS, hours=1, hours_type="self_paced")
    evaluate(person_ids=[alma.pk])
    third = Credential.objects.get(period=2)
    assert (third.edition, third.holder_name) == (1, "Alma Ortega")
    days = [BEGUN, date(2025, 9, 1), OPENS - ONE, OPENS, ENDS]
    assert public(first.code, *days) == ["valid", *["superseded"] * 4]
    assert public(second.code, *days) == [
        "not_yet_valid", "valid", "valid", "superseded", "superseded",
    ]  # fmt: skip
    assert public(third.code, *days) == [*["not_yet_valid"] * 3, "valid", "valid"]
    assert verify(code=first.code, on=OPENS).replaced_by == second.code
    assert verify(code=second.code, on=OPENS).replaced_by == third.code
    assert failing() == []


def test_a_period_that_waits_to_begin_is_issued_again_as_well(pairs, cast, time_machine):
    alma = pairs("previous_expiry")
    time_machine.move_to(f"{OPENS}T19:00:00Z", tick=False)
    learn(alma, "AGAIN", OPENS, hours=1, hours_type="self_paced")
    evaluate(person_ids=[alma.pk])
    codes = list(Credential.objects.order_by("period").values_list("code", flat=True))
    again = OPENS + 10 * ONE
    time_machine.move_to(f"{again}T19:00:00Z", tick=False)
    new = rename(cast, *codes)
    days = [again - ONE, again, ENDS - ONE, ENDS]
    assert [public(code, *days) for code in (*codes, *new)] == [
        ["valid", "superseded", "superseded", "superseded"],
        ["not_yet_valid", "not_yet_valid", "not_yet_valid", "superseded"],
        ["not_yet_valid", "valid", "valid", "superseded"],
        ["not_yet_valid", "not_yet_valid", "not_yet_valid", "valid"],
    ]
    assert reissuable(Q(person_id=alma.pk, code__in=codes)) == []
    assert failing() == []


def test_two_changes_make_a_chain(programs, certified, time_machine):
    second = reissued(programs, certified).code
    time_machine.move_to("2027-01-10T19:00:00Z", tick=False)
    [third] = rename(programs, second, family="Reyes")
    later = date(2027, 1, 10)
    days = [AGAIN - ONE, AGAIN, later - ONE, later]
    assert public(certified, *days) == ["valid", *["superseded"] * 3]
    assert public(second, *days) == ["not_yet_valid", "valid", "valid", "superseded"]
    assert public(third, *days) == [*["not_yet_valid"] * 3, "valid"]
    assert Credential.objects.get(code=third).formerly.code == second
    assert failing() == []


def test_two_changes_on_one_day_leave_the_last_one_in_force(programs, certified):
    second = reissued(programs, certified).code
    [third] = rename(programs, second, family="Reyes")
    assert [public(code, AGAIN - ONE, AGAIN) for code in (certified, second, third)] == [
        ["valid", "superseded"], ["not_yet_valid", "superseded"], ["not_yet_valid", "valid"],
    ]  # fmt: skip
    assert standing(AGAIN) == "certified"


def test_the_old_number_cannot_be_issued_again(programs, certified):
    reissued(programs, certified)
    with pytest.raises(WrongState):
        reissue(code=certified, actor_id=programs.user("ines").pk, reason="misprinted")


# --- what happens to the period happens under every number ------------------------------------
def test_suspended_stays_suspended_on_the_new_number(programs, certified):
    start = AGAIN - timedelta(days=10)
    ines = programs.user("ines").pk
    suspend(code=certified, actor_id=ines, reason="under_review", effective_on=start)
    new = reissued(programs, certified).code
    days = [start - ONE, start, AGAIN, AGAIN + ONE]
    assert public(certified, *days) == ["valid", "suspended", "superseded", "superseded"]
    assert public(new, *days) == ["not_yet_valid", "not_yet_valid", "suspended", "suspended"]
    assert [standing(day) for day in days] == ["certified", *["suspended"] * 3]
    reinstate(code=new, actor_id=ines, reason="review_closed", effective_on=AGAIN)
    assert public(new, AGAIN) == ["valid"]
    assert standing(AGAIN) == "certified"


def test_a_suspension_from_before_the_new_number_counts_under_the_old_one_too(programs, certified):
    new = reissued(programs, certified).code
    start = AGAIN - timedelta(days=10)
    suspend(code=new, actor_id=programs.user("ines").pk, reason="under_review", effective_on=start)
    days = [start - ONE, start, AGAIN]
    assert public(certified, *days) == worth(certified, *days) == [
        "valid", "suspended", "superseded",
    ]  # fmt: skip
    assert public(new, *days) == worth(new, *days) == [
        "not_yet_valid", "not_yet_valid", "suspended",
    ]  # fmt: skip
    assert [standing(day) for day in days] == ["certified", "suspended", "suspended"]


@pytest.mark.parametrize("which", ["old", "new"])
def test_a_revocation_counts_under_both_numbers_whichever_was_named(programs, certified, which):
    new = reissued(programs, certified).code
    start = AGAIN - timedelta(days=10)
    revoke(
        code=certified if which == "old" else new,
        reason="issued_in_error",
        effective_on=start,
        **officers(programs),
    )
    days = [start - ONE, start, AGAIN, AGAIN + ONE]
    assert public(certified, *days) == ["valid", "revoked", "revoked", "revoked"]
    assert public(new, *days) == ["not_yet_valid", "revoked", "revoked", "revoked"]
    assert [standing(day) for day in days] == ["certified", *["revoked"] * 3]
    other = new if which == "old" else certified
    with pytest.raises(WrongState):
        revoke(code=other, reason="issued_in_error", **officers(programs))


def test_laid_down_under_the_new_number_is_laid_down(programs, certified):
    new = reissued(programs, certified).code
    retire(code=new, actor_id=programs.user("ines").pk, reason="holder_request")
    assert worth(new, AGAIN - ONE, AGAIN) == ["not_yet_valid", "retired"]
    assert worth(certified, AGAIN - ONE, AGAIN) == ["valid", "superseded"]


def test_what_is_over_is_not_issued_again(programs, certified):
    revoke(code=certified, reason="issued_in_error", **officers(programs))
    with pytest.raises(WrongState):
        reissue(code=certified, actor_id=programs.user("ines").pk, reason="misprinted")


def test_a_list_of_codes_reads_both_numbers_right_in_two_statements(
    programs, certified, statements
):
    new = reissued(programs, certified).code
    suspend(code=new, actor_id=programs.user("ines").pk, reason="under_review")
    with statements() as counted:
        found = certificates_by_code([certified, new])
    assert len(counted) == 2
    assert [found[code].worth(AGAIN).status for code in (certified, new)] == [
        "superseded", "suspended",
    ]  # fmt: skip


# --- what others learn ------------------------------------------------------------------------
def test_a_stranger_is_led_from_the_old_number_to_the_new_one(client, programs, certified):
    new = reissued(programs, certified).code
    answer = client.get(f"/verify/{certified}.json").json()
    assert (answer["status"], answer["replaced_by"], answer["reason"]) == (
        "superseded", new, "name_changed",
    )  # fmt: skip
    text = client.get(f"/verify/{certified}/").content.decode()
    assert f"/verify/{new}/" in text and "goes on under the newer number" in text


def test_the_new_number_tells_its_old_one_and_never_the_old_name(client, programs, certified):
    new = reissued(programs, certified).code
    text = client.get(f"/verify/{new}/").content.decode()
    assert "Formerly issued as" in text and certified in text and "Alma Ortega" in text
    answer = client.get(f"/verify/{new}.json").json()
    contract = (
        "code status as_of holder_name credential program issuer issued_on valid_from valid_until"
        " hours replaced_by reason checked_at credential_url"
    ).split()
    assert list(answer) == contract
    assert (answer["status"], answer["valid_from"], answer["issued_on"]) == (
        "valid", DAY.isoformat(), AGAIN.isoformat(),
    )  # fmt: skip
    assert "Reyes" not in text and "Reyes" not in str(answer)


def test_the_new_number_before_its_day_is_no_forgery(client, programs, certified):
    new = reissued(programs, certified).code
    text = client.get(f"/verify/{new}/?as_of=2026-06-01").content.decode()
    assert "This number counts from 21 Nov 2026." in text
    assert f"For work before 21 Nov 2026, check the number {certified}." in text
    assert client.get(f"/verify/{new}.json?as_of=2026-06-01").json()["status"] == "not_yet_valid"
    assert client.get(f"/verify/{certified}.json?as_of=2026-06-01").json()["status"] == "valid"


def test_page_and_paper_say_what_it_was_formerly_issued_as(client, programs, certified):
    new = reissued(programs, certified)
    for html in (certificate_html(new), _page(client, programs, new.code)):
        assert f"Formerly issued as {certified}" in html
        assert "Alma Ortega" in html and "Alma Reyes" not in html
    old = Credential.objects.get(code=certified)
    assert "Formerly" not in certificate_html(old) and "Alma Reyes" in certificate_html(old)
    assert certificate_pdf(new).startswith(b"%PDF")


def _page(client, cast, code):
    client.force_login(cast.user("alma"))
    text = client.get(f"/certificates/{code}/").content.decode()
    return text.partition('<article class="cert"')[2].partition("</article>")[0]


def test_the_holder_is_told_of_the_new_number(programs, certified, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    new = reissued(programs, certified).code
    follow_up(code=new)
    follow_up(code=new)
    notice = Notice.objects.get(key=f"credential:{new}:issued")
    assert "new number" in notice.subject
    assert new in notice.body and certified in notice.body and "earned" not in notice.body


# --- who may ----------------------------------------------------------------------------------
def test_a_wrongly_printed_certificate_is_issued_again_with_the_name_on_record(programs, certified):
    new = reissue(code=certified, actor_id=programs.user("ines").pk, reason="misprinted")
    assert verify(code=certified).reason == "misprinted"
    assert Credential.objects.get(code=new).holder_name == "Alma Reyes"
    with pytest.raises(WrongReason):
        reissue(code=new, actor_id=programs.user("ines").pk, reason="because")


@pytest.mark.parametrize(
    ("who", "raised"),
    [("alma", PermissionDenied), ("bo", PermissionDenied), ("renata", PermissionDenied),
     ("dee", PermissionDenied), ("lucia", Http404)],
)  # fmt: skip
def test_only_officers_issue_again(programs, certified, who, raised):
    with pytest.raises(raised):
        reissue(code=certified, actor_id=programs.user(who).pk, reason="misprinted")
    assert Credential.objects.count() == 1


# --- the pages --------------------------------------------------------------------------------
def test_the_officer_sees_the_certificates_and_issues_all_again_by_default(
    client, programs, certified
):
    address = f"/state/names/{ask(programs)}/"
    client.force_login(programs.user("ines"))
    page = client.get(address)
    form = page.context["form"]
    assert form.fields["reissue"].initial == [certified]
    assert f'value="{certified}" ' in page.content.decode()
    posted = {"answer": "accepted:document_seen", "document": "court order", "reissue": certified}
    text = client.post(address, posted, follow=True).content.decode()
    assert "1 certificate was issued again." in text
    new = Credential.objects.get(edition=2)
    assert new.holder_name == "Alma Ortega" and new.code in text


@pytest.mark.parametrize(
    ("posted", "problem"),
    [
        ({"answer": ""}, "Choose whether the name is accepted."),
        ({"answer": "accepted:document_seen"}, "Say what you have seen, or refuse the name."),
        ({"answer": "accepted:document_seen", "document": "passport 12 345-678"},
         "The number is not kept."),
        ({"answer": "refused:other"}, "Explain the reason here."),
    ],
)  # fmt: skip
def test_a_decision_without_its_reasons_is_asked_for_again(
    client, programs, certified, posted, problem
):
    client.force_login(programs.user("ines"))
    page = client.post(f"/state/names/{ask(programs)}/", posted)
    assert page.status_code == 400 and problem in page.content.decode()
    assert Credential.objects.count() == 1


@pytest.mark.parametrize(("who", "status"), [("alma", 403), ("bo", 403), ("lucia", 404),
                                             ("ines", 200)])  # fmt: skip
def test_who_opens_a_request_at_the_office(client, programs, who, status):
    address = f"/state/names/{ask(programs)}/"
    client.force_login(programs.user(who))
    assert client.get(address).status_code == status
    assert client.get(f"/state/names/{uuid4()}/").status_code == 404


def test_one_certificate_alone_is_issued_again_on_its_own_page(client, programs, certified):
    client.force_login(programs.user("ines"))
    address = f"/certificates/{certified}/reissue/"
    assert certified in client.get(address).content.decode()
    assert client.post(address, {}).status_code == 400
    client.post(address, {"reason": "misprinted", "note": "A letter was missing."})
    assert Credential.objects.get(edition=2).formerly.code == certified
    assert "Only a certificate" in client.get(address).content.decode()
    client.force_login(programs.user("bo"))
    assert client.get(address).status_code == 403
    client.force_login(programs.user("lucia"))
    assert client.get(address).status_code == 404


# --- the check --------------------------------------------------------------------------------
def test_the_check_finds_an_edition_whose_chain_is_broken(programs, certified):
    old, new = Credential.objects.get(), reissued(programs, certified)
    assert failing() == []
    fields = {field.attname: getattr(new, field.attname) for field in Credential._meta.fields}
    decision = new.decision
    decision.pk, decision.uuid = None, uuid4()
    decision.save(force_insert=True)
    odd = Credential(**fields | {"id": None, "uuid": uuid4(), "code": "MRSS-2222-2222-2",
                                 "edition": 3, "formerly_id": new.pk, "hours": old.hours + 1,
                                 "decision_id": decision.pk})  # fmt: skip
    odd.save(force_insert=True)
    CredentialEvent.objects.create(credential=odd, kind="issued", effective_on=AGAIN)
    problems = dict(failing())["editions-in-a-chain"]
    assert problems == (f"MRSS-2222-2222-2: {new.code} does not say that it took its place",)
