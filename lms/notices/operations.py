"""Writing messages and sending each of them once."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.mail import EmailMessage
from django.core.mail.utils import DNS_NAME

from lms.jobs.operations import enqueue_many, handles
from lms.kit import clock
from lms.notices.models import Notice

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person; the same ``key`` is the same message."""

    key: str
    kind: str
    address: str
    subject: str
    body: str
    person_id: int | None = None


def notify(
    *, key: str, kind: str, address: str, subject: str, body: str, person_id: int | None = None
) -> bool:
    """Store a message and promise to send it; call inside the operation's transaction.

    The same ``key`` is one message, however often it is asked for. Return whether it is new.
    """
    if not address or Notice.objects.filter(key=key).exists():
        return False
    notify_many(messages=[Message(key, kind, address, subject, body, person_id)])
    return True


def notify_many(*, messages: Sequence[Message]) -> None:
    """Store messages and promise to send each, in as many statements for hundreds as for one.

    Call inside the operation's transaction. Who has no address is told nothing.
    """
    notices = [_notice(each) for each in messages if each.address]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    jobs = {f"notice:{each.key}"[:160]: {"notice_key": each.key} for each in notices}
    enqueue_many(kind="send_notice", jobs=jobs)


def _notice(message: Message) -> Notice:
    return Notice(
        key=message.key,
        kind=message.kind,
        person_id=message.person_id,
        address=message.address,
        subject=" ".join(message.subject.split())[:200],
        body=message.body,
    )


@handles("send_notice")
def send(*, notice_key: str) -> None:
    """Send one stored message, unless it was sent.

    A crash between sending and noting it can send twice; the Message-ID is the same both times,
    so mail programs show one.
    """
    notice = Notice.objects.get(key=notice_key)
    if notice.sent_at is not None:
        return
    message_id = f"<notice-{notice.pk}@{DNS_NAME}>"
    EmailMessage(
        subject=notice.subject,
        body=notice.body,
        to=[notice.address],
        headers={"Message-ID": message_id},
    ).send()
    Notice.objects.filter(pk=notice.pk, sent_at__isnull=True).update(
        sent_at=clock.now(), message_id=message_id
    )
