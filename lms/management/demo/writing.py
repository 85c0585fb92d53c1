"""Write stories by the operations of the house, in any state between nothing and all of it.

Whoever, whatever spell, paper, duty or fact is there already is left alone, so that a build that
was broken off goes on where it stopped.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.db import transaction

from courses.public import Fact, enrol, outline
from lms.kit import clock
from lms.management.demo import cast
from lms.management.demo.stories import Paper, Story, Work
from lms.management.demo.training import CORE, COURSE, Act, as_taught, core_finished
from lms.people.models import (
    Duty,
    Employment,
    Licence,
    LicenceVerification,
    Person,
    User,
)
from lms.people.operations import (
    Seen,
    create_organisation,
    create_person,
    grant_duty,
    record_licence,
    start_employment,
)
from lms.public import OrganisationRecord, organisations

ZONE: Final = ZoneInfo(cast.ZONE)
SOURCES: Final = {
    "BACKGROUND": "Portal of the Background Unit",
    "LICENCE": "Look-up of the Licensing Board, boards.example.org",
}
FIRST_HOUR, HOURS_A_DAY = 8, 9


def places() -> dict[str, OrganisationRecord]:
    """Return all organisations by key."""
    return {each.key: each for each in organisations()}


def write_places() -> dict[str, OrganisationRecord]:
    """Make the states, regions, agencies and sites that are missing; return all by key."""
    known = {key: row.id for key, row in places().items()}
    for place in (*cast.PLACES, *cast.MORE_PLACES):
        if place.key not in known:
            known[place.key] = create_organisation(
                actor_id=None,
                key=place.key,
                name=place.name,
                kind=place.kind,
                parent_id=known[place.parent] if place.parent else None,
                zone="" if place.parent else cast.ZONES.get(place.key, cast.ZONE),
            )
    return places()


def agency_of(place: OrganisationRecord, known: dict[str, OrganisationRecord]) -> int:
    """Return the id of the agency above a site; a state or region is its own."""
    by_id = {each.id: each for each in known.values()}
    above = [by_id[int(part)] for part in place.path.strip("/").split("/")]
    return next((each.id for each in above if each.kind == "agency"), place.id)


def people_by_key() -> dict[str, int]:
    """Return the ids of the people whose address is of the demo, by its local part."""
    rows = Person.objects.filter(email__endswith="@example.org").values_list("email", "pk")
    return {email.removesuffix("@example.org"): pk for email, pk in rows.order_by("pk")}


def write_person(
    story: Story, number: int, known: dict[str, OrganisationRecord], people: dict[str, int]
) -> int:
    """Make a person with employment, papers and duties; return their id."""
    person_id = people.get(story.key)
    if person_id is None:
        person_id = create_person(
            actor_id=None,
            given_name=story.given_name,
            family_name=story.family_name,
            email=cast.email_of(story.key),
            organisation_id=agency_of(known[story.work[0].place], known),
            record_id=f"E-{number}",
        )
        people[story.key] = person_id
    _employ(person_id, story.work, known, people)
    _license(person_id, story.papers)
    _give_duties(person_id, story, known)
    return person_id


def _employ(
    person_id: int,
    work: Sequence[Work],
    known: dict[str, OrganisationRecord],
    people: dict[str, int],
) -> None:
    spells = Employment.objects.filter(person_id=person_id, replaced_at__isnull=True)
    there = set(spells.values_list("organisation_id", "role", "starts_on"))
    for each in work:
        place = known[each.place].id
        if (place, each.role, each.since) not in there:
            start_employment(
                actor_id=None,
                person_id=person_id,
                organisation_id=place,
                role=each.role,
                starts_on=each.since,
                ends_on=each.until,
                fte=Decimal(each.fte),
                supervisor_id=people[each.supervisor] if each.supervisor else None,
                first_service_on=first_service(each),
            )


def first_service(work: Work) -> date | None:
    """Return the first day with families: a month after hire, for those who meet families."""
    if work.role not in {"responder", "clinician", "peer", "supervisor"}:
        return None
    return date.fromordinal(work.since.toordinal() + 30)


def _license(person_id: int, papers: Sequence[Paper]) -> None:
    rows = Licence.objects.filter(person_id=person_id)
    there = set(rows.values_list("kind", "valid_from"))
    for each in papers:
        if (each.kind, each.since) not in there:
            record_licence(
                actor_id=None,
                person_id=person_id,
                kind=each.kind,
                valid_from=each.since,
                valid_until=each.until,
                requirement=each.requirement,
                number=paper_number(person_id, each),
                issuer=each.issuer,
                seen=seen(each.kind, each.since) if each.verified else None,
            )


def seen(kind: str, since: date) -> Seen:
    """Return where and when a licence of the demo was looked up: on some day of the last year."""
    days = max((clock.today(cast.ZONE) - since).days, 0)
    past = days - days % 365 if days % 4 else 0
    return Seen(
        source=SOURCES.get(kind, "Register of the peer board, peers.example.org"),
        looked_up_on=since + timedelta(days=past) if days else clock.today(cast.ZONE),
    )


def look_up(row: Licence) -> LicenceVerification:
    """Return the confirmation of a licence that is written in bulk."""
    found = seen(row.kind, row.valid_from)
    return LicenceVerification(
        licence=row,
        outcome="confirmed",
        source=found.source,
        looked_up_on=found.looked_up_on,
        recorded_at=row.verified_at or clock.now(),
    )


def paper_number(person_id: int, paper: Paper) -> str:
    """Return the invented number of a licence, always the same; a check has none."""
    if paper.kind == "BACKGROUND":
        return ""
    drawn = zlib.crc32(f"{person_id}{paper.kind}{paper.since}".encode()) % 100_000
    return f"{paper.kind[:2]}-{drawn:05}"


def _give_duties(person_id: int, story: Story, known: dict[str, OrganisationRecord]) -> None:
    there = set(Duty.objects.filter(person_id=person_id).values_list("kind", "organisation_id"))
    for kind, place in story.duties:
        if (kind, known[place].id) not in there:
            grant_duty(
                actor_id=None,
                person_id=person_id,
                kind=kind,
                organisation_id=known[place].id,
                starts_on=story.work[0].since,
            )


# --- accounts -------------------------------------------------------------------------------
def write_accounts(stories: Iterable[Story], people: dict[str, int], acting: set[str]) -> None:
    """Give people accounts with the demo's password; those who act for others a second factor."""
    password = hashed_password()
    without = set(Person.objects.filter(user__isnull=True).values_list("pk", flat=True))
    with transaction.atomic(durable=True):
        for story in stories:
            if not story.account or people[story.key] not in without:
                continue
            email = cast.email_of(story.key)
            user = User.objects.create(email=email, password=password)
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
            Person.objects.filter(pk=people[story.key]).update(user=user)
            if story.duties or story.key in acting:
                secret = get_adapter().encrypt(cast.TOTP_SECRET)
                Authenticator.objects.create(
                    user=user, type=Authenticator.Type.TOTP, data={"secret": secret}
                )


def hashed_password() -> str:
    """Hash the demo's password once for everybody: Argon2 is slow on purpose."""
    holder = User()
    holder.set_password(cast.PASSWORD)
    return holder.password


def user_id(key: str) -> int:
    """Return the account of a demo person."""
    return User.objects.values_list("pk", flat=True).get(email=cast.email_of(key))


# --- facts ----------------------------------------------------------------------------------
def facts_of(
    story: Story, person_id: int, actor_id: int | None, *, lessons: bool = True
) -> Iterator[Fact]:
    """Yield what a person did as facts of the ledger, each act with a key that stays the same."""
    times: dict[str, int] = {}
    acts = [each for act in story.acts for each in as_taught(act)] + core_finished(story.acts)
    for act in sorted(acts, key=lambda each: (each.on, each.subject)):
        if lessons and act.subject == COURSE:
            yield from lesson_facts(story.key, person_id, actor_id, act)
        elif lessons and act.kind == "module":
            yield from module_facts(story.key, person_id, actor_id, act)
        number = times[act.subject] = times.get(act.subject, 0) + 1
        yield _fact(f"demo:{story.key}:{act.subject}:{number}", person_id, actor_id, act)


def lesson_facts(
    key: str, person_id: int, actor_id: int | None, course: Act, *, most: int | None = None
) -> Iterator[Fact]:
    """Yield the lessons of MRSS 101, done on the day of the course."""
    known = outline(course_key="mrss-101")
    for _module, lesson in list(known.lessons() if known else ())[:most]:
        act = Act("lesson", lesson.subject, course.on, revision=course.revision)
        yield _fact(f"demo:{key}:{lesson.subject}:{course.on}", person_id, actor_id, act)


def module_facts(key: str, person_id: int, actor_id: int | None, done: Act) -> Iterator[Fact]:
    """Yield the lessons and the quiz of a module of the 40 hours, done on one day."""
    known = outline(course_key=CORE)
    for module in known.modules if known else ():
        if module.subject != done.subject:
            continue
        part = done._replace(hours=Decimal(0), hours_type="none")
        for lesson in module.lessons:
            act = part._replace(kind="lesson", subject=lesson.subject, score=None)
            yield _fact(f"demo:{key}:{lesson.subject}:{done.on}", person_id, actor_id, act)
        quiz = part._replace(kind="quiz", subject=f"quiz:{module.quiz_key}")
        yield _fact(f"demo:{key}:{quiz.subject}:{done.on}", person_id, actor_id, quiz)


def _fact(key: str, person_id: int, actor_id: int | None, act: Act) -> Fact:
    return Fact(
        person_id=person_id,
        kind=act.kind,
        subject=act.subject,
        act=key,
        actor_id=actor_id,
        occurred_at=instant(act, key),
        hours=act.hours,
        hours_type=act.hours_type,
        score=None if act.score is None else Decimal(act.score),
        passed=act.passed,
        content_revision=act.revision,
    )


def instant(act: Act, key: str) -> datetime:
    """Return a time within the working day, the same for the same act."""
    drawn = zlib.crc32(key.encode())
    at = time(FIRST_HOUR + drawn % HOURS_A_DAY, 5 * (drawn // HOURS_A_DAY % 12))
    return datetime.combine(act.on, at, ZONE)


def take_course(people: Iterable[int], course_key: str) -> None:
    """Enrol people in a course."""
    for person_id in people:
        enrol(person_id=person_id, course_key=course_key)
