"""Find who may do something to a person: whom to ask, and whom to tell that something waits."""

from lms.people.access import RULES, Ability, can
from lms.people.authority import in_force, today
from lms.people.models import Duty
from lms.people.queries import people
from lms.people.records import PersonRecord


def people_able(*, ability: Ability, person_id: int) -> list[PersonRecord]:
    """Return whose duty lets them do something to a person today, by name.

    Only people who can sign in. Supervisors, who hold no duty, are left out. A few statements for
    each holder of such a duty, of whom a state has a handful.
    """
    holders = Duty.objects.filter(
        in_force(today()), kind__in=RULES[ability].duties, person__user__isnull=False
    )
    ids = list(holders.order_by("person_id").values_list("person_id", flat=True).distinct())
    # Two records of one human are one person.
    theirs = {each.id: each for each in people(person_ids=ids).values()}
    found = [
        each
        for each in theirs.values()
        if can(user_id=each.user_id, ability=ability, person_id=person_id)
    ]
    return sorted(found, key=lambda each: (each.name, each.id))
