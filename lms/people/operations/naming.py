"""Changing a legal name: somebody asks, a certification officer decides; no name is overwritten.

This is the only place that changes the names on a person's record after it was made.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lms.audit.operations import record
from lms.kit.matching import name_key
from lms.notices.operations import notify
from lms.people.access import Ability, Refused, require
from lms.people.authority import today
from lms.people.models import NameChange, NameDecision, Person
from lms.people.models.names import ACCEPTING, REFUSING, NameOutcome, NameReason
from lms.people.names import NoSuchNameChange, may_decide_name

MOST_WAITING: Final = 5
"""How many requests about one person may wait at a time: more are a mistake."""


class SameName(ValueError):
    """The person is called that already."""


class NotANameYet(ValueError):
    """The name is said to count from a day to come, or from no day that can be meant."""


class TooManyNames(ValueError):
    """``MOST_WAITING`` requests about this person wait already."""


class NameFormUsed(ValueError):
    """The form was sent before, about something else."""


class NameDecided(ValueError):
    """Somebody has decided this request in the meantime; nothing was changed."""


class WrongNameReason(ValueError):
    """The reason is not one of those that are known for this answer."""


class NoDocument(ValueError):
    """A name is accepted without saying what was seen."""


@dataclass(frozen=True, slots=True)
class NewName:
    """What is asked for: the name from a legal date on, and why."""

    given_name: str
    family_name: str
    from_on: date
    reason: str

    def tidy(self) -> tuple[str, str]:
        """Return both names without doubled spaces, as they are stored."""
        return " ".join(self.given_name.split())[:80], " ".join(self.family_name.split())[:80]


def ask_name(*, actor_id: int, person_id: int, new: NewName, form_key: UUID) -> UUID:
    """Ask that a person is called something else; nothing changes until an officer decides.

    The person asks, or a manager of the agency that employs them today. The same form sent twice
    is one request. Return its uuid.

    Raises:
        Refused, Unknown: the actor may not ask for this person.
        SameName, NotANameYet, WrongNameReason, TooManyNames, NameFormUsed: as the names say.
    """
    require_ask_name(user_id=actor_id, person_id=person_id)
    given, family = new.tidy()
    if new.reason not in NameReason.values:
        raise WrongNameReason(new.reason)
    if not date(1900, 1, 1) <= new.from_on <= today():
        raise NotANameYet(new.from_on)
    try:
        with transaction.atomic(durable=True):
            person = Person.objects.select_for_update(of=("self",)).get(pk=person_id)
            known = _asked_before(form_key, actor_id, person_id)
            if known is not None:
                return known
            if (person.given_name, person.family_name) == (given, family):
                raise SameName(person_id)
            waiting = NameChange.objects.filter(person=person, decision__isnull=True)
            if waiting.count() >= MOST_WAITING:
                raise TooManyNames(person_id)
            change = NameChange.objects.create(
                person=person,
                given_name=given,
                family_name=family,
                from_on=new.from_on,
                reason=new.reason,
                requested_by_id=actor_id,
                form_key=form_key,
            )
            _audit(actor_id, "name_change_asked", change)
            if person.user_id != actor_id:
                _tell_asked(person, change)
    except IntegrityError:
        # The same form at the same time: the first one wrote the request.
        known = _asked_before(form_key, actor_id, person_id)
        if known is None:
            raise
        return known
    return change.uuid


def require_ask_name(*, user_id: int, person_id: int) -> None:
    """Return when the account is the person's own or manages their agency today.

    Raises: Refused, Unknown.
    """
    if not Person.objects.filter(pk=person_id, user_id=user_id).exists():
        require(user_id=user_id, ability=Ability.MANAGE_AGENCY, person_id=person_id)


def _require_decide(actor_id: int, change: NameChange) -> None:
    """Return when the account may decide; otherwise raise Refused or Unknown."""
    if not may_decide_name(user_id=actor_id, change=change):
        require(user_id=actor_id, ability=Ability.CHANGE_NAME, person_id=change.person_id)
        raise Refused


def write_name_decision(
    *,
    actor_id: int,
    uuid: UUID,
    accepted: bool,
    reason_code: str,
    document: str = "",
    note: str = "",
) -> int:
    """Accept or refuse a name change inside the caller's transaction; return the person's id.

    An accepted name is written on the person's record; the one before stays with the decision.
    What was issued under the old name keeps it: issuing again is the caller's part.

    Raises:
        NoSuchNameChange: there is none.
        Refused, Unknown: the actor is no officer for this person, or asked for it themselves.
        NameDecided: somebody was faster.
        WrongNameReason, NoDocument: as the names say.
    """
    change = NameChange.objects.filter(uuid=uuid).first()
    if change is None:
        raise NoSuchNameChange(uuid)
    _require_decide(actor_id, change)
    document = " ".join(document.split())
    if reason_code not in (ACCEPTING if accepted else REFUSING):
        raise WrongNameReason(reason_code)
    if accepted and not document:
        raise NoDocument
    # The person is the lock: of two officers the second one finds it decided.
    person = Person.objects.select_for_update(of=("self",)).get(pk=change.person_id)
    if NameDecision.objects.filter(change=change).exists():
        raise NameDecided(uuid)
    NameDecision.objects.create(
        change=change,
        outcome=NameOutcome.ACCEPTED if accepted else NameOutcome.REFUSED,
        reason_code=reason_code,
        document=document[:120],
        note=note.strip(),
        old_given_name=person.given_name if accepted else "",
        old_family_name=person.family_name if accepted else "",
        decided_by_id=actor_id,
    )
    if accepted:
        person.given_name, person.family_name = change.given_name, change.family_name
        person.folded_name = name_key(person.name)[:180]
        person.save(update_fields=["given_name", "family_name", "folded_name"])
    _audit(actor_id, "name_changed" if accepted else "name_change_refused", change, reason_code)
    _tell_decided(person, change, accepted, note.strip())
    return person.pk


def _asked_before(form_key: UUID, actor_id: int, person_id: int) -> UUID | None:
    """Return the request that came of this form, if it did. Raises: NameFormUsed."""
    known = NameChange.objects.filter(form_key=form_key).first()
    if known is None:
        return None
    if (known.requested_by_id, known.person_id) != (actor_id, person_id):
        raise NameFormUsed
    return known.uuid


def _audit(actor_id: int, action: str, change: NameChange, reason_code: str = "") -> None:
    """Note who did what; the names themselves stay with the request, where few can read them."""
    record(
        actor_id=actor_id,
        action=action,
        subject_kind="person",
        subject=str(change.person.uuid),
        detail={"request": str(change.uuid), "reason": reason_code or change.reason},
    )


def _tell_asked(person: Person, change: NameChange) -> None:
    notify(
        key=f"name:{change.uuid}:asked",
        kind="name_change",
        address=person.email,
        person_id=person.pk,
        subject=_("Somebody asked to change your name on record"),
        body=_(
            "Hello %(name)s,\n\nA manager of your agency asked that your name on record becomes"
            " %(new)s. Nothing changes until the certification office has decided.\n\nIf you do"
            " not want this, answer this message or tell the state.\n"
        )
        % {"name": person.name, "new": change.name},
    )


def _tell_decided(person: Person, change: NameChange, accepted: bool, note: str) -> None:
    words = {"name": change.name if accepted else person.name, "note": note}
    if accepted:
        subject = _("Your name on record has changed")
        told = _("Your name on record is %(name)s from now on.") % words
    else:
        subject = _("Your name on record stays as it is")
        told = _("The certification office did not change your name on record.")
    parts = [_("Hello %(name)s,") % words, told]
    if note:
        parts.append(_("The office writes: %(note)s") % words)
    parts.append(_("You see what was asked and decided under “Your name” on your page."))
    notify(
        key=f"name:{change.uuid}:decided",
        kind="name_change",
        address=person.email,
        person_id=person.pk,
        subject=subject,
        body="\n\n".join(parts) + "\n",
    )
