"""The pages of casework: who reaches them, what they say, and what a post does."""

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q

from certification.casework import access, operations
from certification.casework.models import (
    Appeal,
    AppealDecision,
    RevocationAnswer,
    RevocationProposal,
)
from certification.credentials.models import CredentialEvent
from certification.credentials.operations import suspend
from certification.prior_learning.papers import paper_of
from lms.audit.models import AuditEntry

from .conftest import PDF, TODAY, appeal, credential, decide, event, propose, revoke, statuses

CAST = ["alma", "bo", "renata", "lucia", "dee", "ines", "odette", "samir", "kofi"]


def get(client, desk, who, path):
    client.force_login(desk.user(who))
    return client.get(path)


def post(client, desk, who, path, **data):
    client.force_login(desk.user(who))
    return client.post(path, data)


def text(answer):
    """Return the words of a page without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


# --- changes by one officer -----------------------------------------------------------------
@pytest.mark.parametrize(
    ("first", "path", "reason", "after"),
    [
        (False, "suspend", "under_review", "suspended"),
        (True, "reinstate", "review_closed", "valid"),
        (False, "retire", "program_ended", "retired"),
        (True, "retire", "holder_request", "retired"),
    ],
)
def test_an_officer_reads_the_consequence_and_changes_it(client, desk, first, path, reason, after):
    if first:
        suspend(code=desk.code, actor_id=desk.user("odette").pk, reason="under_review")
    url = f"/certificates/{desk.code}/{path}/"
    page = text(get(client, desk, "ines", url))
    assert f"checks {desk.code} reads" in page or "Everybody who checks it reads" in page
    answer = post(client, desk, "ines", url, reason=reason, effective_on=TODAY.isoformat())
    assert answer["Location"] == f"/certificates/{desk.code}/life/"
    assert statuses(desk, TODAY) == [after]
    assert "does not fit what the certificate is worth" in text(get(client, desk, "ines", url))


def test_what_is_wrong_on_the_form_is_said_and_nothing_is_written(client, desk):
    url = f"/certificates/{desk.code}/suspend/"
    answer = post(client, desk, "ines", url, reason="", effective_on="2020-01-01")
    assert answer.status_code == 400
    assert "Choose a day between the first valid day and today." in text(answer)
    answer = post(client, desk, "ines", url, reason="other", effective_on=TODAY.isoformat())
    assert "Explain the reason here." in text(answer)
    assert statuses(desk, TODAY) == ["valid"]


def test_two_officers_on_the_same_form_change_it_once(client, desk):
    url = f"/certificates/{desk.code}/suspend/"
    data = {"reason": "under_review", "effective_on": TODAY.isoformat()}
    post(client, desk, "ines", url, **data)
    answer = post(client, desk, "odette", url, **data)
    assert answer.status_code == 400
    assert "Only a certificate in force can be suspended." in text(answer)
    assert CredentialEvent.objects.filter(kind="suspended").count() == 1


@pytest.mark.parametrize(
    ("who", "status"), [("bo", 403), ("dee", 403), ("alma", 403), ("lucia", 404), ("kofi", 404)]
)
@pytest.mark.parametrize("path", ["suspend", "reinstate", "retire", "revoke"])
def test_nobody_else_reaches_the_forms(client, desk, who, status, path):
    url = f"/certificates/{desk.code}/{path}/"
    assert get(client, desk, who, url).status_code == status
    assert post(client, desk, who, url, reason="other").status_code == status


# --- two officers ---------------------------------------------------------------------------
def test_one_officer_proposes_and_another_one_agrees(client, desk):
    url = f"/certificates/{desk.code}/revoke/"
    page = text(get(client, desk, "ines", url))
    assert "Alma Reyes is not certified as Certified MRSS Responder any more" in page
    assert 'name="suspend"' in client.get(url).content.decode()
    data = {"reason": "conduct", "effective_on": TODAY.isoformat(), "note": "", "suspend": "on"}
    assert post(client, desk, "ines", url, **data).status_code == 400
    answer = post(client, desk, "ines", url, **data | {"note": "Three families."})
    proposal = RevocationProposal.objects.get()
    case = f"/state/cases/revocations/{proposal.uuid}/"
    assert answer["Location"] == case
    assert statuses(desk, TODAY) == ["suspended"]
    assert "You proposed it, so another officer decides" in text(client.get(case))
    assert "waits already" in text(client.get(url))

    page = get(client, desk, "odette", case)
    assert "You are the second officer" in text(page)
    assert "Three families." in text(page)
    assert post(client, desk, "odette", case, answer="declined").status_code == 400
    post(client, desk, "odette", case, answer="agreed")
    assert statuses(desk, TODAY) == ["revoked"]
    assert "revoked already" in text(client.get(url))
    assert post(client, desk, "samir", case, answer="declined", note="No.")["Location"] == case
    assert RevocationAnswer.objects.get().outcome == "agreed"


def test_the_first_officer_takes_it_back_and_cannot_agree(client, desk):
    proposal = propose(desk)
    case = f"/state/cases/revocations/{proposal.uuid}/"
    assert "I agree" not in text(get(client, desk, "ines", case))
    post(client, desk, "ines", case, answer="agreed")
    assert RevocationAnswer.objects.get().outcome == "withdrawn"
    assert statuses(desk, TODAY) == ["valid"]


def test_an_auditor_reads_and_does_not_answer(client, desk):
    case = f"/state/cases/revocations/{propose(desk).uuid}/"
    page = get(client, desk, "dee", case)
    assert "A second officer decides this" in text(page)
    assert "<form" not in page.content.decode().split("<main")[1]
    assert post(client, desk, "dee", case, answer="agreed").status_code == 403


# --- the queue ------------------------------------------------------------------------------
def test_the_queue_shows_the_age_and_who_may_decide(client, desk, noon):
    proposal = propose(desk)
    noon.move_to("2026-06-13T20:00:00Z")
    found = appeal(desk, "suspended")
    page = text(get(client, desk, "odette", "/state/cases/"))
    assert "2 cases wait." in page
    assert page.index(proposal.reference) < page.index(found.reference)
    assert "12 waiting" in page
    assert page.count("You may decide") == 2
    page = text(get(client, desk, "ines", "/state/cases/"))
    assert page.count("You may decide") == 0
    assert page.count("For another officer") == 2
    decide(desk, found)
    page = text(client.get("/state/cases/?show=closed"))
    assert found.reference in page
    assert proposal.reference not in page


def test_an_empty_queue_says_what_comes_here(client, desk):
    assert "No proposal and no appeal waits." in text(get(client, desk, "ines", "/state/cases/"))


def test_the_queue_asks_the_same_number_of_questions(client, desk, statements):
    def count():
        client.force_login(desk.user("odette"))
        with statements() as counted:
            assert client.get("/state/cases/").status_code == 200
        return len(counted)

    propose(desk)
    appeal(desk, "suspended")
    count()
    few = count()
    revoked = RevocationProposal.objects.get()
    operations.decline(actor_id=desk.user("samir").pk, uuid=revoked.uuid, note="No.")
    for _ in range(3):
        suspend(code=desk.code, actor_id=desk.user("ines").pk, reason="under_review")
        appeal(desk, "suspended")
        CredentialEvent.objects.create(
            credential=credential(desk), kind="reinstated", effective_on=TODAY
        )
    propose(desk)
    assert Appeal.objects.count() == 4
    assert count() == few


@pytest.mark.parametrize("key", CAST)
def test_object_test_and_filter_agree(desk, key):
    propose(desk)
    appeal(desk, "suspended")
    user, person_id = desk.user(key).pk, desk.person("alma").pk
    sees = access.may_see(user_id=user, person_id=person_id)
    listed = {}
    for model, field in ((RevocationProposal, access.CREDENTIAL), (Appeal, access.EVENT)):
        try:
            where = access.queued(user_id=user, field=field)
        except Exception:
            where = Q(pk__in=[])
        listed[model] = model.objects.filter(where).exists()
    assert set(listed.values()) == {sees}
    assert sees == (key in ("ines", "odette", "samir", "dee"))


def test_an_officer_does_not_see_the_case_about_themselves(client, desk):
    desk.give_duty("alma", "certification_officer", "high-desert")
    proposal = propose(desk)
    user = desk.user("alma").pk
    where = access.queued(user_id=user, field=access.CREDENTIAL)
    assert not RevocationProposal.objects.filter(where).exists()
    for path in (
        f"/state/cases/revocations/{proposal.uuid}/",
        f"/certificates/{desk.code}/life/",
    ):
        assert get(client, desk, "alma", path).status_code == 403
    assert get(client, desk, "alma", f"/certificates/{desk.code}/decision/").status_code == 200


@pytest.mark.parametrize(
    ("who", "status"), [("bo", 403), ("alma", 403), ("lucia", 404), ("kofi", 404), ("dee", 200)]
)
def test_who_reads_cases(client, desk, who, status):
    proposal = propose(desk)
    found = appeal(desk, "suspended")
    for path in (
        f"/state/cases/revocations/{proposal.uuid}/",
        f"/state/cases/appeals/{found.uuid}/",
        f"/certificates/{desk.code}/life/",
    ):
        assert get(client, desk, who, path).status_code == status


def test_what_does_not_exist_is_not_found(client, desk):
    for path in (
        f"/state/cases/revocations/{uuid4()}/",
        f"/state/cases/appeals/{uuid4()}/",
        "/certificates/MRSS-7K3Q-9XPA-G/life/",
        "/certificates/MRSS-7K3Q-9XPA-G/decision/",
    ):
        assert get(client, desk, "ines", path).status_code == 404


# --- the holder -----------------------------------------------------------------------------
def test_the_holder_reads_the_reason_and_never_the_note_and_appeals(client, desk):
    revoke(desk)
    own = get(client, desk, "alma", f"/certificates/{desk.code}/")
    url = f"/certificates/{desk.code}/decision/"
    assert url in own.content.decode()
    page = text(client.get(url))
    for words in ("Professional conduct", "You can appeal through 1 Jul 2026.", "our own rule"):
        assert words in page, words
    assert "complained" not in page
    key = event(desk, "revoked").pk
    assert post(client, desk, "alma", url, event=key, words="").status_code == 400
    letter = SimpleUploadedFile("letter.pdf", PDF)
    answer = post(client, desk, "alma", url, event=key, words="Not me.", documents=[letter])
    assert answer["Location"] == url
    page = client.get(url)
    assert "An officer who had no part in the decision looks at it." in text(page)
    paper = re.search(rf"{url}files/\d+/", page.content.decode())[0]
    assert client.get(paper).content == PDF

    found = Appeal.objects.get()
    decide(desk, found, "nothing_new")
    page = text(client.get(url))
    assert "Nothing was said that was not weighed before." in page
    assert "We read the roster." in page
    assert "Send the appeal" not in page


def test_the_holder_chooses_which_decision_to_appeal(client, desk):
    ines = desk.user("ines").pk
    suspend(code=desk.code, actor_id=ines, reason="under_review", effective_on=TODAY)
    old = event(desk, "suspended").pk
    propose(desk, suspend=False)
    proposal = RevocationProposal.objects.get()
    operations.agree(actor_id=desk.user("odette").pk, uuid=proposal.uuid)
    url = f"/certificates/{desk.code}/decision/"
    client.force_login(desk.user("alma"))
    client.post(f"{url}?event={old}", {"event": old, "words": "The licence was there."})
    assert Appeal.objects.get().event_id == old


def test_of_a_revocation_and_its_suspension_one_appeal_is_about_both(client, desk):
    revoke(desk)
    page = text(get(client, desk, "alma", f"/certificates/{desk.code}/decision/"))
    assert "An appeal against the revocation is about both." in page
    assert page.count("You can appeal through") == 1


def test_a_late_appeal_is_invited_with_its_reason(client, desk, noon):
    revoke(desk)
    noon.move_to("2026-08-01T18:00:00Z")
    url = f"/certificates/{desk.code}/decision/"
    assert "The last day to appeal was 1 Jul 2026." in text(get(client, desk, "alma", url))
    post(client, desk, "alma", url, event=event(desk, "revoked").pk, words="I was ill.")
    found = Appeal.objects.get()
    assert found.late
    case = f"/state/cases/appeals/{found.uuid}/"
    assert "It came after the last day, 1 Jul 2026." in text(get(client, desk, "samir", case))
    data = {"reason": "new_evidence", "words": "We saw the papers."}
    assert post(client, desk, "samir", case, **data).status_code == 400
    post(client, desk, "samir", case, **data, late_because="In hospital.")
    assert AppealDecision.objects.get().outcome == "set_aside"
    assert statuses(desk, TODAY) == ["valid"]


@pytest.mark.parametrize(
    ("who", "status"), [("bo", 403), ("ines", 403), ("lucia", 404), ("kofi", 404)]
)
def test_the_page_of_the_holder_is_the_holders(client, desk, who, status):
    revoke(desk)
    url = f"/certificates/{desk.code}/decision/"
    assert get(client, desk, who, url).status_code == status
    data = {"event": event(desk, "revoked").pk, "words": "For her."}
    assert post(client, desk, who, url, **data).status_code == status
    assert not Appeal.objects.exists()


def test_nothing_decided_is_said(client, desk):
    page = text(get(client, desk, "alma", f"/certificates/{desk.code}/decision/"))
    assert "Nobody suspended or revoked this certificate." in page
    assert "/decision/" not in client.get(f"/certificates/{desk.code}/").content.decode()


# --- an appeal in the office ----------------------------------------------------------------
def test_who_had_a_part_reads_the_appeal_and_cannot_decide(client, desk):
    revoke(desk)
    found = appeal(desk)
    case = f"/state/cases/appeals/{found.uuid}/"
    data = {"reason": "facts_stand", "words": "It stands."}
    for who in ("ines", "odette"):
        assert "You had a part in this decision" in text(get(client, desk, who, case))
        assert post(client, desk, who, case, **data).status_code == 403
    assert "Decide the appeal" in text(get(client, desk, "samir", case))
    post(client, desk, "samir", case, **data)
    assert "The decision stands." in text(client.get(case))
    assert AppealDecision.objects.get().actor == desk.user("samir")


def test_papers_are_downloads_and_reading_them_is_noted(client, desk):
    revoke(desk)
    found = appeal(desk, papers=[paper_of("letter.pdf", PDF)])
    url = f"/state/cases/appeals/{found.uuid}/files/{found.files.get().pk}/"
    answer = get(client, desk, "samir", url)
    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert AuditEntry.objects.get(action="appeal.file_read").actor == desk.user("samir")
    assert get(client, desk, "bo", url).status_code == 403
    assert get(client, desk, "lucia", url).status_code == 404


def test_the_life_of_a_certificate_tells_everything_in_order(client, desk):
    proposal = revoke(desk)
    decide(desk, appeal(desk))
    page = text(get(client, desk, "dee", f"/certificates/{desk.code}/life/"))
    order = [
        page.index(words)
        for words in ("Issued from 4 May 2026", "Suspended from 1 Jun", "Revoked from 1 Jun")
    ]
    assert order == sorted(order)
    assert "proposed by Inés Calderón, agreed by Odette Baca" in page
    assert "set aside on appeal: it never counted" in page
    assert proposal.reference in page
    assert "Propose to revoke" not in page
    page = text(get(client, desk, "ines", f"/certificates/{desk.code}/life/"))
    assert "Propose to revoke" in page
