"""A message is stored with its cause and sent once."""

import pytest
from django.core import mail

from lms.jobs import operations as jobs
from lms.notices.models import Notice
from lms.notices.operations import notify, send

HELLO = {"kind": "test", "address": "alma@example.org", "subject": "Your\nseat", "body": "Come."}


@pytest.mark.django_db
def test_the_same_key_is_one_message():
    assert [notify(key="seat:1", **HELLO), notify(key="seat:1", **HELLO)] == [True, False]
    jobs.drain()
    assert [(m.to, m.subject, m.body) for m in mail.outbox] == [
        (["alma@example.org"], "Your seat", "Come.")
    ]


@pytest.mark.django_db
def test_a_sent_message_is_not_sent_again():
    notify(key="seat:1", **HELLO)
    jobs.drain()
    send(notice_key="seat:1")
    assert (len(mail.outbox), Notice.objects.get().sent_at is not None) == (1, True)


@pytest.mark.django_db
def test_nobody_without_an_address_gets_a_message():
    assert notify(key="seat:1", **{**HELLO, "address": ""}) is False
    assert Notice.objects.count() == 0


@pytest.mark.django_db
def test_a_mail_server_that_is_down_keeps_the_message(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    notify(key="seat:1", **HELLO)
    jobs.drain()
    assert Notice.objects.get().sent_at is None
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    jobs.run("notice:seat:1")
    assert Notice.objects.get().sent_at is not None
