"""Two records joined are one person for every reader, and parting gives both back exactly."""

import random
from datetime import date, timedelta

import pytest
from django.db.models import F

from certification.credentials.models import CredentialEvent, StandingSpan
from certification.credentials.operations import evaluate, issue, revoke, suspend
from certification.duplicates import operations
from certification.duplicates.models import DuplicateAnswer, DuplicateProposal
from certification.public import integrity, status_on, verify
from courses.public import evidence_for
from lms.kit import clock
from lms.people.models import Licence, Person, PersonMerge
from lms.public import CannotMerge, merge_of, person_of_user
from tests.certification.duplicates.conftest import PROGRAM, TODAY, join, proposed
from tests.certification.learning import learn

PAIRS = ("alma", "twin")


def report(cast, key, **more):
    return status_on(person_id=cast.person(key).pk, program_key=PROGRAM, **more)


def told(report):
    """Return what a report says, but for the ids of the evidence."""
    findings = [
        (each.requirement, each.met, each.have, each.need, each.due)
        for each in report.decision.findings
    ]
    return report.status, report.valid_until, findings


def exactly(report):
    """Return everything that a report says."""
    return told(report), [each.because for each in report.decision.findings], report.facts


def license(person):
    return Licence.objects.create(
        person=person, kind="OTHER", requirement="P-LICENCE",
        valid_from=date(2025, 1, 1), verified_at=clock.now(),
    )  # fmt: skip


def everything():
    """Return one act for each thing that the program asks for, more than it needs."""
    day = date(2026, 1, 5)
    acts = [
        lambda person, n=n: learn(
            person, "P-LIVE", day + timedelta(days=n), kind="session", hours=2, hours_type="live"
        )
        for n in range(4)
    ]
    acts += [
        lambda person, n=n: learn(
            person, "P-SEEN", day + timedelta(days=10 + n), kind="observation", score=90
        )
        for n in range(3)
    ]
    acts += [
        lambda person, score=score: learn(person, "P-CHECK", day, kind="quiz", score=score)
        for score in (40, 95)
    ]
    return [*acts, license]


def certify(person, *, skip=0):
    for act in everything()[skip:]:
        act(person)
    evaluate(person_ids=[person.pk])


def codes(report):
    return {each.code: each.worth(TODAY).status.value for each in report.held}


def faulty():
    return [(each.name, each.problems) for each in integrity() if not each.ok]


# --- the union ------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(6))
def test_any_split_of_what_somebody_did_is_judged_as_the_whole(pair, seed):
    split = random.Random(seed)
    pair.add_person("whole", "Wanda", "Whole")
    pair.employ("whole", "rio-vista", "responder")
    pair.employ("whole", "llano", "responder", since=date(2025, 7, 1))
    pair.person("alma").employments.all().delete()
    pair.employ("alma", "rio-vista", "responder")
    acts = [act for act in everything() if split.random() > 0.15]
    for act in acts:
        act(pair.person("whole"))
        act(pair.person(split.choice(PAIRS)))
    evaluate(person_ids=[pair.person("whole").pk])

    join(pair)

    assert told(report(pair, "alma")) == told(report(pair, "whole"))


def test_nineteen_completions_split_fourteen_to_five_are_nineteen(pair):
    subjects = [f"course:c-{n}" for n in range(19)]
    for subject in subjects:
        who = "alma" if subjects.index(subject) < 14 else "twin"
        learn(pair.person(who), subject, date(2026, 2, 1), kind="course", hours=1,
              hours_type="self_paced")  # fmt: skip
    join(pair)
    for asked in PAIRS:
        found = evidence_for(person_ids=[pair.person(asked).pk])
        assert sorted(each.subject for each in found) == sorted(subjects)
        assert {each.person_id for each in found} == {pair.person("alma").pk}


def test_joining_earns_at_once_what_only_both_records_together_earn(pair):
    half = everything()
    for act in half[::2]:
        act(pair.person("alma"))
    for act in half[1::2]:
        act(pair.person("twin"))
    evaluate(person_ids=[pair.person(each).pk for each in PAIRS])
    assert [report(pair, each).status for each in PAIRS] == ["in_training"] * 2

    join(pair)

    assert report(pair, "alma").status == "certified"
    assert faulty() == []


def test_old_ids_are_answered_with_the_kept_person(pair):
    join(pair)
    asked = report(pair, "twin")
    assert asked.person.id == pair.person("alma").pk
    assert exactly(asked) == exactly(report(pair, "alma"))
    assert not StandingSpan.objects.filter(person=pair.person("twin")).exists()
    mine = person_of_user(user_id=pair.user("twin").pk)
    assert mine.id == pair.person("alma").pk


def test_what_was_known_before_stays_two_people(pair, noon):
    learn(pair.person("twin"), "P-LIVE", date(2026, 1, 5), hours=2, hours_type="live")
    noon.shift(60)
    at = clock.now()
    before = {each: exactly(report(pair, each, known_at=at)) for each in PAIRS}
    noon.shift(60)
    merge = join(pair)
    noon.shift(60)
    joined_at = clock.now()
    joined = exactly(report(pair, "alma", known_at=joined_at))
    noon.shift(60)
    operations.part(actor_id=pair.user("ines").pk, merge_uuid=merge, reason="Two people.")

    assert {each: exactly(report(pair, each, known_at=at)) for each in PAIRS} == before
    assert exactly(report(pair, "alma", known_at=joined_at)) == joined
    assert joined != before["alma"]


# --- the way back ---------------------------------------------------------------------------
def test_parting_gives_both_back_exactly(pair, noon):
    certify(pair.person("alma"))
    noon.shift(60)
    certify(pair.person("twin"))
    before = {each: exactly(report(pair, each)) for each in PAIRS}
    spans = sorted(StandingSpan.objects.values_list("person_id", "from_on", "status"))
    noon.shift(60)
    merge = join(pair)
    assert exactly(report(pair, "alma")) != before["alma"]
    noon.shift(60)

    operations.part(actor_id=pair.user("odette").pk, merge_uuid=merge, reason="Two after all.")

    assert {each: exactly(report(pair, each)) for each in PAIRS} == before
    assert sorted(StandingSpan.objects.values_list("person_id", "from_on", "status")) == spans
    assert Person.objects.filter(merged_into__isnull=False).count() == 0
    assert merge_of(uuid=merge).undone_reason == "Two after all."
    assert faulty() == []


def test_a_certificate_earned_together_is_reviewed_after_parting(pair, noon):
    half = everything()
    for act in half[::2]:
        act(pair.person("alma"))
    for act in half[1::2]:
        act(pair.person("twin"))
    merge = join(pair)
    assert report(pair, "alma").status == "certified"
    noon.shift(60)

    operations.part(actor_id=pair.user("ines").pk, merge_uuid=merge, reason="Two people.")

    assert report(pair, "alma").status == "suspended"
    assert report(pair, "twin").status == "in_training"
    assert faulty() == []


def test_parting_twice_is_refused(pair):
    merge = join(pair)
    operations.part(actor_id=pair.user("ines").pk, merge_uuid=merge, reason="Two people.")
    with pytest.raises(operations.AlreadyAnswered):
        operations.part(actor_id=pair.user("odette").pk, merge_uuid=merge, reason="Again.")


def test_they_can_be_joined_again_after_parting(pair):
    first = join(pair)
    operations.part(actor_id=pair.user("ines").pk, merge_uuid=first, reason="Two people.")
    second = join(pair)
    assert first != second
    assert list(PersonMerge.objects.order_by("pk").values_list("turn", flat=True)) == [1, 2]


def test_a_chain_of_joinings_is_flat_and_comes_apart_link_by_link(pair):
    pair.add_person("third", "Alma", "Ortega")
    learn(pair.person("twin"), "P-LIVE", date(2026, 1, 5), hours=2, hours_type="live")
    first = join(pair, "third", "twin")
    second = join(pair, "alma", "third")
    alma, third, twin = (pair.person(each).pk for each in ("alma", "third", "twin"))
    assert dict(Person.objects.exclude(merged_into=None).values_list("pk", "merged_into")) == {
        third: alma, twin: alma,
    }  # fmt: skip
    assert len(evidence_for(person_ids=[alma])) == 1

    operations.part(actor_id=pair.user("ines").pk, merge_uuid=first, reason="Two people.")
    assert dict(Person.objects.exclude(merged_into=None).values_list("pk", "merged_into")) == {
        third: alma
    }
    operations.part(actor_id=pair.user("ines").pk, merge_uuid=second, reason="Two people.")
    assert not Person.objects.exclude(merged_into=None).exists()
    assert [each.person_id for each in evidence_for(person_ids=[alma, third, twin])] == [twin]


# --- certificates ---------------------------------------------------------------------------
def test_a_stranger_finds_the_certificate_of_the_absorbed_record_as_it_was(pair):
    certify(pair.person("twin"))
    [code] = codes(report(pair, "twin"))
    before = verify(code=code)
    Person.objects.filter(pk=pair.person("alma").pk).update(given_name="Alma María")
    join(pair)
    after = verify(code=code)
    assert (after.status, after.holder_name, after.valid_until) == (
        before.status, before.holder_name, before.valid_until,
    )  # fmt: skip
    assert after.holder_name == "Alma Reyes"
    assert report(pair, "alma").status == "certified"


def test_of_two_certificates_for_the_same_days_the_longer_stays(pair, noon):
    certify(pair.person("twin"))
    noon.shift(timedelta(days=3))
    certify(pair.person("alma"))
    [old], [new] = codes(report(pair, "twin")), codes(report(pair, "alma"))
    merge = join(pair)

    event = CredentialEvent.objects.get(kind="superseded")
    assert (event.credential.code, event.replaced_by.code) == (old, new)
    assert (event.reason_code, event.effective_on) == ("records_merged", date(2026, 6, 4))
    assert (verify(code=old).status, verify(code=new).status) == ("superseded", "valid")
    assert verify(code=old, on=date(2026, 6, 3)).status == "valid"

    operations.part(actor_id=pair.user("ines").pk, merge_uuid=merge, reason="Two people.")
    assert (verify(code=old).status, verify(code=new).status) == ("valid", "valid")
    aside = CredentialEvent.objects.get(kind="set_aside")
    assert aside.sets_aside == event


def revoked(cast, key):
    [code] = codes(report(cast, key))
    revoke(
        code=code, actor_id=cast.user("odette").pk, proposed_by_id=cast.user("ines").pk,
        reason="dishonesty",
    )  # fmt: skip
    return code


@pytest.mark.parametrize("lost", PAIRS)
def test_a_revocation_is_not_laundered_by_the_other_record(pair, lost):
    for each in PAIRS:
        certify(pair.person(each))
    bad = revoked(pair, lost)
    join(pair)
    assert report(pair, "alma").status != "certified"
    assert codes(report(pair, "alma"))[bad] == "revoked"
    assert sorted(codes(report(pair, "alma")).values()) == ["revoked", "suspended"]
    evaluate(person_ids=[pair.person("alma").pk])
    assert len(codes(report(pair, "alma"))) == 2
    assert faulty() == []


def test_new_evidence_after_joining_issues_nothing_past_a_revocation(pair):
    certify(pair.person("alma"))
    revoked(pair, "alma")
    for act in everything():
        act(pair.person("twin"))
    join(pair)
    assert report(pair, "alma").status == "revoked"


def test_officers_may_say_that_the_other_certificate_stands(pair):
    for each in PAIRS:
        certify(pair.person(each))
    bad = revoked(pair, "alma")
    [good] = codes(report(pair, "twin"))
    join(pair, keep=[good])
    assert codes(report(pair, "alma")) == {bad: "revoked", good: "valid"}
    assert DuplicateProposal.objects.get().choices["keep"] == [good]


def test_a_suspended_certificate_has_to_be_seen_before(pair):
    certify(pair.person("alma"))
    [code] = codes(report(pair, "alma"))
    suspend(code=code, actor_id=pair.user("ines").pk, reason="under_review")
    ids = {"kept_id": pair.person("alma").pk, "absorbed_id": pair.person("twin").pk}
    compared = operations.compare(actor_id=pair.user("ines").pk, **ids)
    assert f"lost:{code}:suspended" in [each.key for each in compared.concerns]
    with pytest.raises(operations.NotSeen):
        proposed(pair, seen=[])


# --- officers -------------------------------------------------------------------------------
def test_one_officer_alone_joins_nobody(pair):
    uuid = proposed(pair)
    with pytest.raises(operations.SecondOfficerNeeded):
        operations.agree(actor_id=pair.user("ines").pk, uuid=uuid)
    assert not PersonMerge.objects.exists()


def test_what_changed_since_has_to_be_proposed_anew(pair):
    uuid = proposed(pair)
    certify(pair.person("twin"))
    with pytest.raises(operations.Changed):
        operations.agree(actor_id=pair.user("odette").pk, uuid=uuid)
    assert not PersonMerge.objects.exists()


def test_a_proposal_is_answered_once(pair):
    uuid = proposed(pair)
    operations.refuse(actor_id=pair.user("odette").pk, uuid=uuid, note="Another birthday.")
    with pytest.raises(operations.AlreadyAnswered):
        operations.agree(actor_id=pair.user("odette").pk, uuid=uuid)
    assert DuplicateAnswer.objects.get().outcome == "declined"


def test_two_proposals_of_one_pair_join_it_once(pair):
    first, second = proposed(pair), proposed(pair)
    operations.agree(actor_id=pair.user("odette").pk, uuid=first)
    with pytest.raises((CannotMerge, operations.Changed)):
        operations.agree(actor_id=pair.user("odette").pk, uuid=second)
    assert PersonMerge.objects.count() == 1


def test_a_preview_changes_nothing(pair):
    for each in PAIRS:
        certify(pair.person(each))
    rows = CredentialEvent.objects.count()
    ids = {"kept_id": pair.person("alma").pk, "absorbed_id": pair.person("twin").pk}
    compared = operations.compare(actor_id=pair.user("ines").pk, **ids)
    assert [each.act.value for each in compared.foresight.changes] == ["supersede"]
    assert CredentialEvent.objects.count() == rows
    assert not Person.objects.exclude(merged_into=F("pk")).exclude(merged_into=None).exists()


def test_an_officer_cannot_issue_around_the_suspension(pair):
    for each in PAIRS:
        certify(pair.person(each))
    revoked(pair, "twin")
    join(pair)
    with pytest.raises(Exception, match="in force or suspended"):
        issue(
            person_id=pair.person("twin").pk, program_key=PROGRAM,
            credential_key="pair-certified", actor_id=pair.user("ines").pk,
        )  # fmt: skip
