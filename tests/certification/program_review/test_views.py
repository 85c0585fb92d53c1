"""The pages: who may open them, what they keep, what they say, and what they cost."""

import csv
import io
import re
from datetime import date
from itertools import pairwise
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from certification.program_review import operations
from certification.program_review.models import ProgramDraft, ProgramReview
from certification.programs.models import Adoption, ProgramVersion
from tests.certification.learning import learn

from .conftest import LONGER, PROGRAM, TEXT, TODAY, add_stranger, hand_in, look, second, write

EARLIER = date(2026, 5, 30)
EVERYBODY = ("alma", "bo", "renata", "samir", "lucia", "dee", "ines", "odette", "una")


def url(name, uuid=None, **more):
    return reverse(name, kwargs=more | ({"uuid": uuid} if uuid else {}))


def statuses(client, cast, address, method="get"):
    found = {}
    for who in EVERYBODY:
        client.force_login(cast.user(who))
        found[who] = getattr(client, method)(address).status_code
    return found


def form(text, **changes):
    return {"text": text, "note": "As the standard says.", "form_key": str(uuid4())} | changes


def says(response):
    return re.sub(r"\s+", " ", response.content.decode())


# --- who may open what ----------------------------------------------------------------------
def test_the_desk_opens_to_officers_and_auditors(plain, client):
    add_stranger(plain)
    desk = {"dee": 200, "ines": 200, "odette": 200}
    others = dict.fromkeys(set(EVERYBODY) - desk.keys(), 403)
    version = ProgramVersion.objects.get().pk
    for address in (
        url("programs"),
        url("program", key=PROGRAM),
        url("program-version-text", key=PROGRAM, number=version),
    ):
        assert statuses(client, plain, address) == desk | others
    client.force_login(plain.user("ines"))
    assert client.get(url("program", key="nothing")).status_code == 404


def test_a_draft_opens_to_the_office_it_was_written_for(plain, client):
    add_stranger(plain)
    uuid = hand_in(plain)
    look(plain, uuid)
    # Colleagues without the right get 403, who works in another state 404.
    expected = dict.fromkeys(EVERYBODY, 403) | {"dee": 200, "ines": 200, "odette": 200, "una": 404}
    for name in ("program-draft", "program-people", "program-people-csv"):
        assert statuses(client, plain, url(name, uuid)) == expected
    assert client.get(url("program-draft", uuid4())).status_code == 404


def test_only_officers_write_and_act(plain, client):
    add_stranger(plain)
    uuid = hand_in(plain)
    look(plain, uuid)
    may = {"ines": 200, "odette": 200}
    no = dict.fromkeys(set(EVERYBODY) - may.keys(), 403)
    for address in (url("program-new"), url("program-new-version", key=PROGRAM)):
        assert statuses(client, plain, address) == may | no
    for name in ("program-revise", "program-send-back", "program-withdraw", "program-publish"):
        assert statuses(client, plain, url(name, uuid)) == may | no | {"una": 404}, name
    posted = statuses(client, plain, url("program-preview", uuid), "post")
    assert posted == dict.fromkeys(EVERYBODY, 403) | {"ines": 302, "odette": 302, "una": 404} | {
        "dee": 302
    }


def test_an_auditor_reads_and_changes_nothing(plain, client):
    uuid = hand_in(plain)
    look(plain, uuid)
    client.force_login(plain.user("dee"))
    for name in ("program-submit", "program-send-back", "program-withdraw", "program-publish"):
        values = {"reason": "x", "effective_on": TODAY}
        assert client.post(url(name, uuid), values).status_code == 403, name
    values = {"effective_on": TODAY}
    assert client.post(url("program-preview", uuid), values).status_code == 403
    assert client.post(url("program-new"), form(second("9"))).status_code == 403
    page = says(client.get(url("program-draft", uuid)))
    for words in ("Publish it", "Send it back", "Revise the text", "Work it out again"):
        assert words not in page
    assert "Something changes for" in page or "Nothing changes for anybody" in page
    assert ProgramReview.objects.count() == 1


# --- writing --------------------------------------------------------------------------------
def test_a_new_version_begins_with_the_present_text(plain, client):
    client.force_login(plain.user("ines"))
    page = client.get(url("program-new-version", key=PROGRAM))
    assert page.context["form"].initial["text"] == TEXT
    answer = client.post(
        url("program-new-version", key=PROGRAM), form(second(**LONGER)), follow=True
    )
    assert answer.status_code == 200
    assert "from <del>6 h</del> to <ins>8 h</ins>" in says(answer).replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert ProgramDraft.objects.get().author_id == plain.user("ines").pk


def test_broken_text_stays_on_the_page_with_everything_that_is_wrong(plain, client):
    client.force_login(plain.user("ines"))
    text = second(kind=("kind: quiz", "kind: exam"), hours=("hours: 6", "hours: many"))
    answer = client.post(url("program-new-version", key=PROGRAM), form(text))
    assert answer.status_code == 400
    page = says(answer)
    assert "2 things to mend in the text" in page
    assert "P-LIVE: hours is not a number" in page
    assert "P-CHECK: unknown kind &#x27;exam&#x27;" in page
    assert answer.context["form"]["text"].value() == text
    assert "As the standard says." in page
    assert not ProgramDraft.objects.exists()
    again = client.post(
        url("program-new-version", key=PROGRAM), form(text, unfinished="yes"), follow=True
    )
    assert "2 things to mend in the text" in says(again)
    assert "Hand it in" not in says(again)
    assert ProgramDraft.objects.get().source == text


def test_a_file_takes_the_place_of_the_text_and_stays_when_something_else_is_wrong(plain, client):
    client.force_login(plain.user("ines"))
    file = SimpleUploadedFile("plain.yaml", second(**LONGER).encode(), "application/yaml")
    answer = client.post(url("program-new"), form("", file=file, note=""))
    assert answer.status_code == 400
    assert answer.context["form"]["text"].value() == second(**LONGER)
    bad = SimpleUploadedFile("plain.yaml", b"\xff\xfe\x00", "application/yaml")
    answer = client.post(url("program-new"), form("", file=bad))
    assert "The file is not text in UTF-8." in says(answer)
    file.seek(0)
    assert client.post(url("program-new"), form("", file=file)).status_code == 302
    assert ProgramDraft.objects.get().source == second(**LONGER)


def test_nothing_typed_is_no_draft(plain, client):
    client.force_login(plain.user("ines"))
    answer = client.post(url("program-new"), form(" "))
    assert "Paste the program here, or choose a file." in says(answer)


def test_markup_in_a_text_is_shown_and_not_obeyed(plain, client):
    client.force_login(plain.user("ines"))
    text = second(title=("title: First things", "title: <script>alert(1)</script>"))
    page = says(client.post(url("program-new"), form(text), follow=True))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


# --- reviewing ------------------------------------------------------------------------------
def test_from_pasting_to_publishing_with_two_officers(plain, client):
    learn(plain.person("alma"), "P-LIVE", EARLIER, kind="session", hours=6, hours_type="live")
    client.force_login(plain.user("ines"))
    client.post(url("program-new-version", key=PROGRAM), form(second(**LONGER)))
    uuid = ProgramDraft.objects.get().uuid
    client.post(url("program-submit", uuid))
    assert "Another officer publishes this" in says(client.get(url("program-draft", uuid)))
    client.force_login(plain.user("odette"))
    assert "work out who is affected" in says(client.get(url("program-draft", uuid)))
    client.post(url("program-preview", uuid), {"effective_on": "2026-07-01"})
    page = says(client.get(url("program-draft", uuid)))
    assert "Publish it from 1 Jul 2026" in page
    assert "Have a requirement newly unmet" in page
    asked = says(client.get(url("program-publish", uuid)))
    assert "It counts from 1 Jul 2026 on" in asked
    assert "Why does it count back?" not in asked
    answer = client.post(url("program-publish", uuid), {"effective_on": "2026-07-01"}, follow=True)
    page = says(answer)
    assert "A change is being put into effect" in page
    assert "Odette Baca" in page
    version = ProgramVersion.objects.get(label="2")
    assert version.effective_on == date(2026, 7, 1)
    again = client.post(url("program-publish", uuid), {"effective_on": "2026-07-01"}, follow=True)
    assert "Somebody was faster" in says(again)


def test_the_author_is_told_why_the_button_does_nothing(plain, client):
    uuid = hand_in(plain)
    look(plain, uuid)
    client.force_login(plain.user("ines"))
    assert "Publish it from" not in says(client.get(url("program-draft", uuid)))
    answer = client.post(
        url("program-publish", uuid), {"effective_on": TODAY.isoformat()}, follow=True
    )
    assert "Another officer has to publish it." in says(answer)
    assert ProgramVersion.objects.count() == 1


def test_a_day_in_the_past_asks_for_the_reason(plain, client):
    uuid = hand_in(plain)
    look(plain, uuid, date(2026, 3, 1))
    client.force_login(plain.user("odette"))
    day = {"effective_on": "2026-03-01"}
    refused = client.post(url("program-publish", uuid), day)
    assert refused.status_code == 400
    assert "It counts back, from 1 Mar 2026 on" in says(refused)
    answer = client.post(url("program-publish", uuid), day | {"reason": "So it was"}, follow=True)
    assert "counts back" in says(answer)
    assert "Counts back because: So it was" in says(answer)


def test_sent_back_with_a_reason_that_the_author_reads(plain, client):
    uuid = hand_in(plain)
    client.force_login(plain.user("odette"))
    assert client.post(url("program-send-back", uuid), {"reason": ""}).status_code == 400
    client.post(url("program-send-back", uuid), {"reason": "Cite the clause."})
    client.force_login(plain.user("ines"))
    page = says(client.get(url("program-revise", uuid)))
    assert "Cite the clause." in page
    client.post(url("program-revise", uuid), form(second("2b", **LONGER)))
    newer = ProgramDraft.objects.get(revision=2)
    assert "There is a newer revision" in says(client.get(url("program-draft", uuid)))
    client.post(url("program-withdraw", newer.uuid))
    assert ProgramReview.objects.filter(kind="withdrawn").count() == 1


# --- people ---------------------------------------------------------------------------------
def test_names_are_for_who_may_see_the_people_and_the_file_is_harmless(plain, client):
    add_stranger(plain)
    place = plain.organisation("lakeshore").pk
    Adoption.objects.create(
        organisation_id=place,
        program=ProgramVersion.objects.get().program,
        starts_on=date(2025, 1, 1),
    )
    alma = plain.person("alma")
    alma.given_name = "=HYPERLINK(1)"
    alma.save(update_fields=["given_name"])
    for who in ("alma", "una"):
        learn(plain.person(who), "P-LIVE", EARLIER, kind="session", hours=6, hours_type="live")
    uuid = hand_in(plain)
    look(plain, uuid)
    client.force_login(plain.user("odette"))
    address = url("program-people", uuid) + "?kind=unmet"
    page = says(client.get(address))
    assert "Reyes" in page
    assert "Shore" not in page
    assert "1 more works elsewhere" in page
    answer = client.get(url("program-people-csv", uuid) + "?kind=unmet")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))
    assert row["worker"].startswith("'=HYPERLINK(1)")
    assert (row["program"], row["version"], row["changes"]) == ("plain", "2", "unmet")
    assert (row["as_of"], row["would_count_from"]) == ("2026-06-01", "2026-06-01")
    assert row["agency"] == "Río Vista Mobile Response" or row["agency"].startswith("Río Vista")
    assert row["in_words"] == "Newly unmet: Live training"


# --- adopting -------------------------------------------------------------------------------
def test_an_officer_adopts_and_ends_from_the_page(plain, client):
    client.force_login(plain.user("ines"))
    place = plain.organisation("llano").pk
    values = {"organisation": place, "starts_on": "2026-07-01", "last_day": ""}
    answer = client.post(url("program-adopt", key=PROGRAM), values, follow=True)
    row = Adoption.objects.get(organisation_id=place)
    assert (row.starts_on, row.ends_on) == (date(2026, 7, 1), None)
    assert f"End the adoption by {row.organisation.name}" in says(answer)
    assert client.post(url("program-adopt", key=PROGRAM), values).status_code == 400
    ending = url("program-adoption-end", key=PROGRAM, number=row.pk)
    early = {"last_day": "2026-06-01", "note": "No money"}
    assert client.post(ending, early).status_code == 400
    page = says(client.post(ending, early | {"last_day": "2026-12-31"}, follow=True))
    row.refresh_from_db()
    assert row.ends_on == date(2027, 1, 1)
    assert '<time datetime="2026-12-31">31 Dec 2026</time>' in page
    harbor = values | {"organisation": plain.organisation("harbor").pk}
    assert client.post(url("program-adopt", key=PROGRAM), harbor).status_code == 400


# --- what it costs --------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["programs", "program", "program-people"])
def test_lists_cost_the_same_for_one_and_three(plain, client, statements, name):
    def learn_live(who):
        learn(plain.person(who), "P-LIVE", EARLIER, kind="session", hours=6, hours_type="live")

    def cost():
        client.force_login(plain.user("ines"))
        with statements() as counted:
            assert client.get(address).status_code == 200
        return len(counted)

    learn_live("alma")
    uuid = hand_in(plain)
    look(plain, uuid)
    address = {
        "programs": url("programs"),
        "program": url("program", key=PROGRAM),
        "program-people": url("program-people", uuid),
    }[name]
    cost()  # The rules are read and parsed once per process.
    one = cost()
    for label in ("3", "4"):
        write(plain, text=second(label, **LONGER))
        learn_live({"3": "kofi", "4": "lucia"}[label])
    operations.adopt(
        actor_id=plain.user("ines").pk,
        organisation_id=plain.organisation("llano").pk,
        program_key=PROGRAM,
        starts_on=TODAY,
    )
    look(plain, uuid)
    cost()
    assert cost() == one


# --- markup ---------------------------------------------------------------------------------
def test_pages_have_one_heading_named_controls_and_labelled_tables(plain, client):
    learn(plain.person("alma"), "P-LIVE", EARLIER, kind="session", hours=6, hours_type="live")
    uuid = hand_in(plain)
    look(plain, uuid)
    number = Adoption.objects.get().pk
    client.force_login(plain.user("odette"))
    pages = [
        url("programs"),
        url("program", key=PROGRAM),
        url("program-new"),
        url("program-new-version", key=PROGRAM),
        url("program-draft", uuid),
        url("program-revise", uuid),
        url("program-publish", uuid),
        url("program-send-back", uuid),
        url("program-people", uuid),
        url("program-adoption-end", key=PROGRAM, number=number),
    ]
    for address in pages:
        text = client.get(address).content.decode()
        assert len(re.findall(r"<h1[ >]", text)) == 1, address
        main = text[text.index("<main") :]
        levels = [int(each) for each in re.findall(r"<h([1-6])[ >]", main)]
        assert all(b - a <= 1 for a, b in pairwise(levels)), address
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), address
        named = set(re.findall(r'<label[^>]*for="([^"]+)"', main))
        for control in re.findall(r"<(?:input|select|textarea)[^>]*>", main):
            if 'type="hidden"' in control or 'type="submit"' in control:
                continue
            found = re.search(r'\sid="([^"]+)"', control)
            assert found and found[1] in named, (address, control)
        for name in re.findall(r'aria-labelledby="([^"]+)"', text):
            assert set(name.split()) <= set(ids), (address, name)
