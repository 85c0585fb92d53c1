"""The life stories of the named cast, and of the people who stand for one hard case each; pure."""

import calendar
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from lms.kit.periods import add_months
from lms.management.demo import cast, stories, training
from lms.management.demo.stories import Paper, Story, Work
from lms.management.demo.training import NM, Act

# Who stands for which hard case; --logins prints it.
CASES: Final = {
    "marcus.etsitty": "moved from Llano to Río Vista in the middle of the program",
    "priya.nair": "came back after a year with an expired certificate",
    "grace.peshlakai": "an acknowledged observation was withdrawn",
    "celeste": "a revoked certificate that anybody may look up",
    "ruth.okafor": "certified on 29 February; it ended on 27 February two years later",
    "dana.yellowhorse": "certified through 29 February",
    "owen.begay": "works for two agencies at once",
    "nadia.rael": "a suspended certificate, with an appeal that waits",
    "samuel.tso": "a certificate that was suspended and runs again; its revocation is proposed",
    "tomas.vigil": "a third officer, who hears appeals against the two others",
    "maria.lopez.1": "has a namesake at another agency",
}


def cast_stories(rng: random.Random, today: date) -> list[Story]:
    """Return the members of the cast as they stand today."""
    made = {
        "bo": _bo,
        "alma": _alma,
        "kofi": _kofi,
        "hannah": _hannah,
        "teo": _teo,
        "joaquin": _joaquin,
        "renata": _beside,
        "lucia": _lucia,
        "celeste": _celeste,
        "samir": _beside,
        "dee": _beside,
        "ines": _beside,
        "odette": _beside,
    }
    return [_member(each, *made[each.key](rng, each, today), today) for each in cast.PEOPLE]


def _member(
    who: cast.CastMember,
    since: date,
    acts: list[Act],
    papers: list[Paper],
    until: date | None,
    today: date,
) -> Story:
    supervisor = who.supervisor
    # Duties reach back, so that a past observation was made by right.
    duties = tuple((kind, place) for kind, place in who.duties)
    return Story(
        key=who.key,
        given_name=who.given_name,
        family_name=who.family_name,
        work=(Work(who.place, who.role, since, until, supervisor=supervisor),),
        papers=tuple(papers),
        acts=tuple(training.before(acts, until or today)),
        duties=duties,
        ending=(("revoke", "issued_in_error", today - timedelta(days=40)),)
        if who.key == "celeste"
        else (),
    )


_Life = tuple[date, list[Act], list[Paper], date | None]


def _bo(rng: random.Random, who: cast.CastMember, today: date) -> _Life:
    since, acts = stories.complete(rng, who.role, today - timedelta(days=975), today)
    papers = stories.papers_of(rng, who.role, since, today)
    return since, acts + _oriented(rng, since, today), papers, None


def _alma(rng: random.Random, who: cast.CastMember, today: date) -> _Life:
    """Alma is new: her lessons and her observation are written by their own operations."""
    since = today - timedelta(days=9)
    return since, [], stories.papers_of(rng, who.role, since, today), None


def _kofi(rng: random.Random, who: cast.CastMember, today: date) -> _Life:
    """Kofi may go out in a pair; one live session and the conversations in the field are late."""
    since = today - timedelta(days=96)
    asked = training.asked_of(who.role, NM, stories.CERTIFY)
    left = {"NM-40-12-L", "NM-40-12-P", "NM-EXAM"}
    acts = training.way_through(
        rng, [each for each in asked if each.id not in left | {"NM-OBS"}], since,
        today - timedelta(days=10),
    )  # fmt: skip
    papers = stories.papers_of(rng, who.role, since, today)
    return since, acts + training.introduction(rng, since + timedelta(days=6)), papers, None


def _hannah(rng: random.Random, who: cast.CastMember, today: date) -> _Life:
    """Hannah is certified; her licence ends in six days, and no renewal is on file."""
    since, acts = stories.complete(rng, who.role, today - timedelta(days=380), today)
    ends = today + timedelta(days=6)
    papers = [
        *stories.papers_of(rng, "responder", since, today),
        Paper("LICENCE", add_months(ends, -24), ends, issuer="High Desert Licensing Board"),
    ]
    return since, acts + _oriented(rng, since, today), papers, None


def _teo(rng: random.Random, who: cast.CastMember, today: date) -> _Life:
    """Teo has begun; he told us of his peer credential himself, and nobody has verified it."""
    since = today - timedelta(days=48)
    first = {"NM-40-01-S", "NM-40-01-L", "NM-40-02-S", "NM-40-02-L", "NM-40-03-S", "NM-40-04-S"}
    asked = [each for each in training.asked_of(who.role, NM) if each.id in first]
    acts = training.way_through(rng, asked, since, today - timedelta(days=4))
    papers = [
        *stories.papers_of(rng, "responder", since, today),
        Paper("CYPSW", today - timedelta(days=200), verified=False),
    ]
    return since, acts + training.introduction(rng, since + timedelta(days=9)), papers, None


def _joaquin(rng: random.Random, who: cast.CastMember, today: date) -> _Life:
    done = add_months(today, -24) - timedelta(days=40)
    since, acts = stories.complete(rng, who.role, done, today, keeps_up=False)
    papers = stories.papers_of(rng, who.role, since, today)
    return since, acts + _introduced(rng, since), papers, None


def _lucia(rng: random.Random, who: cast.CastMember, today: date) -> _Life:
    since, acts = stories.complete(rng, who.role, today - timedelta(days=250), today)
    papers = stories.papers_of(rng, who.role, since, today)
    return since, acts + _oriented(rng, since, today), papers, None


def _celeste(rng: random.Random, who: cast.CastMember, today: date) -> _Life:
    since, acts = stories.complete(rng, who.role, today - timedelta(days=185), today)
    papers = stories.papers_of(rng, who.role, since, today)
    return since, acts + _oriented(rng, since, today), papers, today - timedelta(days=34)


def _beside(rng: random.Random, who: cast.CastMember, today: date) -> _Life:
    since = today - timedelta(days=900)
    papers = [Paper("BACKGROUND", since - timedelta(days=10), issuer="High Desert Background Unit")]
    return since, _oriented(rng, since, today), papers, None


def _oriented(rng: random.Random, since: date, today: date) -> list[Act]:
    """Return MRSS 101 and the observed conversation in the first weeks, and again in time."""
    days = [since + timedelta(days=7)]
    while days[-1] < today - timedelta(days=690):
        days.append(days[-1] + timedelta(days=690))
    return [
        act
        for day in days
        for act in (
            *training.introduction(rng, day),
            training.conversation(rng, min(day + timedelta(days=20), today - timedelta(days=2))),
        )
    ]


# --- hard cases -----------------------------------------------------------------------------
def hard_cases(rng: random.Random, today: date) -> Iterator[Story]:
    """Return the people who stand for one hard case each."""
    yield _moved(rng, today)
    yield _returned(rng, today)
    yield _withdrawn(rng, today)
    yield _leap(rng, today, "ruth.okafor", "Ruth", "Okafor", _latest_leap_day(today))
    until_leap_day = _first_of_march_before_a_leap_year(today)
    yield _leap(rng, today, "dana.yellowhorse", "Dana", "Yellowhorse", until_leap_day)
    yield _two_agencies(rng, today)
    paused = ("suspend", "under_review", today - timedelta(days=25))
    ended = ("reinstate", "review_closed", today - timedelta(days=11))
    for key, given, family, ending in (
        ("nadia.rael", "Nadia", "Rael", (paused,)),
        ("samuel.tso", "Samuel", "Tso", (paused, ended)),
    ):
        done = today - timedelta(days=rng.randint(100, 300))
        story = _certified(rng, today, key, given, family, "pinon-main", done)
        yield replace(story, ending=ending)
    for number, place in enumerate(("llano-main", "cottonwood-main"), start=1):
        yield _certified(
            rng, today, f"maria.lopez.{number}", "María", "López", place, today - timedelta(90)
        )
    yield _third_officer(today)


def _third_officer(today: date) -> Story:
    """Return somebody who hears appeals against what the two other officers decided."""
    return Story(
        key="tomas.vigil",
        given_name="Tomás",
        family_name="Vigil",
        work=(Work("high-desert", "admin", today - timedelta(days=700)),),
        papers=(),
        acts=(),
        duties=(("certification_officer", "high-desert"),),
    )


def _certified(
    rng: random.Random, today: date, key: str, given: str, family: str, place: str, done: date
) -> Story:
    since, acts = stories.complete(rng, "responder", done, today)
    acts += _oriented(rng, since, today)
    return Story(
        key=key,
        given_name=given,
        family_name=family,
        work=(Work(place, "responder", since),),
        papers=tuple(stories.papers_of(rng, "responder", since, today)),
        acts=tuple(training.before(acts, today)),
    )


def _introduced(rng: random.Random, since: date) -> list[Act]:
    day = since + timedelta(days=5)
    return [
        *training.introduction(rng, day),
        training.conversation(rng, day + timedelta(days=30)),
    ]


def _moved(rng: random.Random, today: date) -> Story:
    """Marcus began at Llano, moved without a day's gap, and keeps every hour and his hire date."""
    story = _certified(
        rng, today, "marcus.etsitty", "Marcus", "Etsitty", "llano-main", today + timedelta(days=45)
    )
    [first] = story.work
    moved = today - timedelta(days=30)
    work = (
        Work("llano-main", "responder", first.since, moved),
        Work("rio-vista-north", "responder", moved, supervisor="bo"),
    )
    return replace(story, work=work)


def _returned(rng: random.Random, today: date) -> Story:
    """Priya left, her certificate expired, and she came back six weeks ago."""
    done = add_months(today, -24) - timedelta(days=120)
    since, acts = stories.complete(rng, "responder", done, today, keeps_up=False)
    left, back = today - timedelta(days=420), today - timedelta(days=45)
    refresher = training.clauses(NM)[-1]
    again = [
        *training.introduction(rng, back + timedelta(days=6)),
        training.act_for(rng, refresher, today - timedelta(days=12)),
    ]
    return Story(
        key="priya.nair",
        given_name="Priya",
        family_name="Nair",
        work=(
            Work("rio-vista-south", "responder", since, left, supervisor="bo"),
            Work("rio-vista-south", "responder", back, supervisor="bo"),
        ),
        papers=(
            *stories.papers_of(rng, "responder", since, left),
            Paper("BACKGROUND", back - timedelta(days=9), issuer="High Desert Background Unit"),
        ),
        acts=tuple(training.before([*acts, *_introduced(rng, since), *again], today)),
    )


def _withdrawn(rng: random.Random, today: date) -> Story:
    """Grace answers the phones and lacks the conversation: the one she had was withdrawn."""
    since = today - timedelta(days=70)
    return Story(
        key="grace.peshlakai",
        given_name="Grace",
        family_name="Peshlakai",
        work=(Work("rio-vista-south", "access_staff", since, supervisor="bo"),),
        acts=tuple(training.introduction(rng, since + timedelta(days=5))),
    )


def _leap(rng: random.Random, today: date, key: str, given: str, family: str, done: date) -> Story:
    story = _certified(rng, today, key, given, family, "rio-vista-north", done)
    # No refresher: the dates of the first period are what this person is for.
    acts = tuple(each for each in story.acts if each.subject != "NM-REN")
    return replace(story, acts=acts)


def _two_agencies(rng: random.Random, today: date) -> Story:
    story = _certified(
        rng, today, "owen.begay", "Owen", "Begay", "red-mesa-main", today - timedelta(days=200)
    )
    [first] = story.work
    second = Work("cottonwood-mesa", "responder", first.since + timedelta(days=120), fte="0.50")
    half = Work(first.place, first.role, first.since, fte="0.50")
    asked = training.asked_of("responder", "ca-mcbh-mobile")
    core = training.way_through(rng, asked, first.since, first.since + timedelta(days=28))
    return replace(story, work=(half, second), acts=(*story.acts, *core))


def _latest_leap_day(today: date) -> date:
    years = (year for year in range(today.year, 0, -1) if calendar.isleap(year))
    return next(day for year in years if (day := date(year, 2, 29)) < today)


def _first_of_march_before_a_leap_year(today: date) -> date:
    """Return the 1 March from which two years end with a 29 February, the last one before today."""
    years = (year for year in range(today.year, 0, -1) if calendar.isleap(year + 2))
    return next(day for year in years if (day := date(year, 3, 1)) < today)
