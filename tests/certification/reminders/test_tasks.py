"""The morning's work: promised in the night, in portions, done once; and the command."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from certification.reminders import operations
from certification.reminders.models import ReminderItem
from lms.jobs.models import Job
from lms.jobs.operations import drain
from lms.jobs.tasks import nightly
from lms.notices.models import Notice
from tests.certification.reminders.conftest import WITHIN_90, mails


def reminder_jobs():
    return list(Job.objects.filter(kind="send_reminders").order_by("pk"))


def test_reminders_leave_in_the_morning_of_the_last_day_not_the_evening_before(alma, time_machine):
    # Midnight UTC of 12 April is 18:00 of 11 April in Denver.
    time_machine.move_to(datetime(2026, 4, 12, 0, 5, tzinfo=UTC), tick=False)
    nightly()
    drain()
    assert mails() == []
    [job] = reminder_jobs()
    # 6:00 in Los Angeles, the westernmost zone of a program.
    assert job.run_after == datetime(2026, 4, 12, 13, tzinfo=UTC)
    time_machine.move_to(job.run_after, tick=False)
    [first, second] = mails()
    assert {first.person.given_name, second.person.given_name} == {"Alma", "Bo"}
    assert first.subject == "Reminder: today is the last day (12 Apr 2026)"


def test_in_summer_and_in_winter_it_is_six_o_clock_in_the_westernmost_zone(programs, time_machine):
    for day, hour in [((2026, 1, 5), 14), ((2026, 3, 8), 13), ((2026, 11, 1), 14)]:
        time_machine.move_to(datetime(*day, 0, 5, tzinfo=UTC), tick=False)
        nightly()
        drain()
        assert reminder_jobs()[-1].run_after == datetime(*day, hour, tzinfo=UTC)


def test_a_late_start_sends_at_once_and_a_second_one_nothing(alma, time_machine):
    time_machine.move_to(datetime(2026, 4, 12, 20, tzinfo=UTC), tick=False)
    nightly()
    drain()
    assert len(mails()) == 2
    nightly()
    drain()
    assert (len(mails()), len(reminder_jobs())) == (2, 1)


def test_people_come_in_portions_and_nobody_is_forgotten(alma, time_machine, monkeypatch):
    monkeypatch.setattr(operations, "PORTION", 5)
    time_machine.move_to(datetime(2026, 4, 12, 20, tzinfo=UTC), tick=False)
    nightly()
    drain()
    assert [len(each.payload["person_ids"]) for each in reminder_jobs()] == [5, 5, 3]
    assert len(mails()) == 2


def send(*args):
    out = StringIO()
    call_command("send_reminders", *args, stdout=out)
    return out.getvalue()


def test_the_command_sends_once_and_says_to_whom(alma):
    on = (WITHIN_90 - timedelta(days=7)).isoformat()
    would = send("--as-of", on, "--dry-run")
    assert "2 messages would be sent." in would
    assert not Notice.objects.filter(kind="reminder").exists()
    told = json.loads(send("--as-of", on, "--json"))
    assert (told["people"], told["dry_run"], len(told["messages"])) == (13, False, 2)
    [mine] = [each for each in told["messages"] if each["address"] == "alma@example.org"]
    assert {
        "person": str(alma.uuid),
        "own": True,
        "program": "nm-mrss",
        "subject": "nm-mrss:NM-EXAM",
        "due_on": "2026-04-12",
        "days_before": 7,
    } in mine["reminders"]
    assert sum(len(each["reminders"]) for each in told["messages"]) == ReminderItem.objects.count()
    assert "0 messages sent." in send("--as-of", on)
    assert len(mails()) == 2


def test_the_command_refuses_what_is_no_date():
    with pytest.raises(CommandError, match="not a date"):
        send("--as-of", "next week")
