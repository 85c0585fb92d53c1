"""What people are told when two records of theirs are joined, or stand on their own again."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from certification.duplicates.models import DuplicateProposal
from certification.duplicates.queries import Side
from lms.public import MergeRecord, notify, records_of


def tell_joined(found: DuplicateProposal, merge: UUID, sides: Iterable[Side]) -> None:
    """Promise one message to every address of the two records."""
    body = _(
        "Hello %(name)s,\n\nthe certification office found that we kept two records about you,"
        " and reads them as one from now on. Nothing was lost: everything you learned under"
        " either of them counts, and every certificate number still works. You may sign in with"
        " any account you had.\n\nSee your record: %(page)s\n\nIf the other record is not yours,"
        " please tell the office: this can be taken back.\n"
    )
    for side in sides:
        for record in side.records:
            _write(
                f"merge:{merge}:joined:{record.person.id}",
                record.person.email or record.account,
                _("Your two records are one now"),
                body % {"name": record.person.given_name, "page": f"{settings.SITE_URL}/me/"},
                found.kept_id,
            )


def tell_parted(merge: MergeRecord) -> None:
    """Promise one message to every address of the two, who are two people again."""
    body = _(
        "Hello %(name)s,\n\nthe certification office had read two records as one person, and has"
        " taken that back. Your record stands on its own again, as it was before.\n\nSee your"
        " record: %(page)s\n"
    )
    for record in records_of(person_ids=[merge.kept_id, merge.absorbed_id]):
        _write(
            f"merge:{merge.uuid}:parted:{record.person.id}",
            record.person.email or record.account,
            _("Your record stands on its own again"),
            body % {"name": record.person.given_name, "page": f"{settings.SITE_URL}/me/"},
            record.person.id,
        )


def _write(key: str, address: str, subject: str, body: str, person_id: int) -> None:
    notify(key=key, kind="merge", address=address, subject=subject, body=body, person_id=person_id)
