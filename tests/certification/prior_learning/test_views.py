"""The pages: who may open them, what they say, what the form takes, and what they cost."""

import csv
import io
from datetime import date
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from certification.prior_learning import models, papers
from certification.prior_learning.weighing import Verdict
from lms.audit.models import AuditEntry

from .conftest import PDF, ask, decide, paper, take_back

EVERYBODY = (
    "alma", "bo", "kofi", "hannah", "renata", "samir", "lucia", "joaquin", "dee", "ines",
)  # fmt: skip


def page(name, uuid=None, **more):
    return reverse(f"prior-learning{name}", kwargs=more | ({"uuid": uuid} if uuid else {}))


def statuses(client, cast, url, people=EVERYBODY):
    found = {}
    for who in people:
        client.force_login(cast.user(who))
        found[who] = client.get(url).status_code
    return found


def form(**changes):
    values = {
        "requirements": ["S-LIVE"],
        "what": "Crisis course",
        "provider": "Harbor College",
        "completed_on": "2025-06-01",
        "hours": "6",
        "evidence_type": "certificate",
        "documents": [SimpleUploadedFile("paper.pdf", PDF, "application/pdf")],
        "reason": "",
        "form_key": str(uuid4()),
    }
    return {key: value for key, value in (values | changes).items() if value is not None}


def lines(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


# --- who may open what ----------------------------------------------------------------------
def test_a_request_and_its_papers_open_to_those_who_may_see_them(sample, client):
    uuid = ask(sample)
    file = models.PriorLearningFile.objects.get().pk
    # Colleagues without the right, among them her coach, get 403; strangers 404.
    expected = {
        "alma": 200, "bo": 200, "dee": 200, "ines": 200,
        "kofi": 403, "hannah": 403, "renata": 403, "joaquin": 403, "samir": 403,
        "lucia": 404,
    }  # fmt: skip
    assert statuses(client, sample, page("-request", uuid)) == expected
    assert statuses(client, sample, page("-file", uuid, number=file)) == expected


def test_the_queue_opens_to_officers_and_auditors(sample, client):
    uuid = ask(sample)
    desk = {"dee": 200, "ines": 200}
    others = dict.fromkeys(set(EVERYBODY) - desk.keys(), 403)
    assert statuses(client, sample, page("-queue")) == desk | others
    assert statuses(client, sample, page("-log")) == desk | others
    found = statuses(client, sample, page("-decide", uuid))
    assert found == desk | others | {"lucia": 404}


def test_only_an_officer_may_post_a_decision_or_take_one_back(sample, client):
    uuid = ask(sample)
    for who in ("alma", "bo", "dee"):
        client.force_login(sample.user(who))
        assert client.post(page("-decide", uuid), {}).status_code == 403
        assert client.get(page("-reverse", uuid)).status_code == 403


def test_an_officer_sees_but_does_not_decide_their_own_request(sample, client):
    uuid = ask(sample, "ines")
    client.force_login(sample.user("ines"))
    answer = client.get(page("-decide", uuid))
    assert answer.status_code == 200
    assert "Another officer decides this" in answer.content.decode()
    assert client.post(page("-decide", uuid), {}).status_code == 403


def test_the_queue_shows_no_other_state(sample, client):
    sample.add_person("nora", "Nora", "Vance")
    sample.employ("nora", "harbor-main", "admin")
    sample.give_duty("nora", "certification_officer", "lakeshore")
    uuid = ask(sample)
    client.force_login(sample.user("nora"))
    assert list(client.get(page("-queue") + "?show=all").context["page"]) == []
    assert lines(client.get(page("-log") + "?show=all")) == []
    assert client.get(page("-decide", uuid)).status_code == 404


def test_asking_for_others_is_for_their_managers(sample, client):
    url = f"{page('-ask')}?for={sample.person('alma').uuid}"
    found = statuses(client, sample, url, ("bo", "kofi", "renata", "lucia", "ines", "alma"))
    assert found == {
        "bo": 200, "kofi": 403, "renata": 403, "lucia": 404, "ines": 403, "alma": 200,
    }  # fmt: skip


def test_a_manager_sees_their_people_and_a_worker_only_themselves(sample, client):
    ask(sample), ask(sample, "lucia")
    client.force_login(sample.user("bo"))
    answer = client.get(page(""))
    assert [row.person_name for row, *_ in answer.context["team"]] == ["Alma Reyes"]
    client.force_login(sample.user("kofi"))
    answer = client.get(page(""))
    assert (answer.context["rows"], answer.context["team"]) == ([], [])


# --- the form -------------------------------------------------------------------------------
def test_the_form_makes_a_request_once(sample, client):
    client.force_login(sample.user("alma"))
    sent = form()
    first = client.post(page("-ask") + "?program=sample", sent)
    request = models.PriorLearningRequest.objects.get()
    assert first["Location"] == page("-request", request.uuid)
    sent["documents"] = [SimpleUploadedFile("paper.pdf", PDF, "application/pdf")]
    assert client.post(page("-ask") + "?program=sample", sent)["Location"] == first["Location"]
    assert (request.provider, request.completed_on) == ("Harbor College", date(2025, 6, 1))
    assert models.PriorLearningRequest.objects.count() == 1


def test_a_waiver_needs_a_reason_and_no_training(sample, client):
    client.force_login(sample.user("alma"))
    url = page("-ask") + "?program=sample&kind=exemption"
    sent = form(
        provider=None, completed_on=None, hours=None, documents=None, evidence_type="", reason=""
    )
    answer = client.post(url, sent)
    assert (answer.status_code, set(answer.context["form"].errors)) == (400, {"reason"})
    assert client.post(url, sent | {"reason": "Teaches it."}).status_code == 302
    assert models.PriorLearningRequest.objects.get().kind == "exemption"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"requirements": []}, "requirements"),
        ({"requirements": ["S-LICENCE"]}, "requirements"),
        ({"completed_on": "2026-06-02"}, "completed_on"),
        ({"hours": "0"}, "hours"),
        ({"hours": "NaN"}, "hours"),
        ({"documents": None}, "documents"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field(sample, client, changes, field):
    client.force_login(sample.user("alma"))
    answer = client.post(page("-ask") + "?program=sample", form(**changes))
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert models.PriorLearningRequest.objects.count() == 0


@pytest.mark.parametrize(
    ("uploads", "said"),
    [
        ([("page.html", b"<script>alert(1)</script>")], "is not a PDF, PNG or JPEG file"),
        ([("paper.pdf", b"MZ\x90 a program")], "is not a PDF, PNG or JPEG file"),
        ([("logo.svg", b"<svg xmlns='x'/>")], "is not a PDF, PNG or JPEG file"),
        ([("empty.pdf", b"")], "empty"),
        ([("big.pdf", PDF + b"0" * papers.MOST_BYTES)], "larger than 5 MB"),
        ([(f"{n}.pdf", PDF + bytes([n])) for n in range(6)], "at most 5 files"),
    ],
)
def test_only_a_few_small_papers_are_taken(sample, client, uploads, said):
    client.force_login(sample.user("alma"))
    files = [SimpleUploadedFile(name, data, "application/pdf") for name, data in uploads]
    answer = client.post(page("-ask") + "?program=sample", form(documents=files))
    assert answer.status_code == 400
    assert said in " ".join(answer.context["form"].errors["documents"])
    assert models.PriorLearningFile.objects.count() == 0


def test_several_files_come_and_the_same_one_twice_is_one(sample, client):
    client.force_login(sample.user("alma"))
    png = b"\x89PNG\r\n\x1a\n picture"
    files = [
        SimpleUploadedFile('../../etc/pass"wd.pdf', PDF, "text/html"),
        SimpleUploadedFile("photo.html", png, "text/html"),
        SimpleUploadedFile("again.pdf", PDF),
    ]
    client.post(page("-ask") + "?program=sample", form(documents=files))
    found = models.PriorLearningFile.objects.order_by("pk")
    assert [(each.name, each.content_type) for each in found] == [
        ("pass_wd.pdf", "application/pdf"),
        ("photo.png", "image/png"),
    ]
    for each in found:
        assert each.storage_name.startswith(f"prior-learning/{each.sha256[:2]}/{each.sha256}.")
        assert default_storage.size(each.storage_name) == each.size


# --- papers ---------------------------------------------------------------------------------
def test_a_paper_is_only_ever_a_download_and_others_reading_it_is_noted(sample, client):
    uuid = ask(sample)
    file = models.PriorLearningFile.objects.get()
    url = page("-file", uuid, number=file.pk)
    client.force_login(sample.user("alma"))
    answer = client.get(url)
    assert answer.content == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="certificate.pdf"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert not AuditEntry.objects.filter(action="prior_learning.file_read").exists()
    client.force_login(sample.user("ines"))
    client.get(url)
    assert AuditEntry.objects.get(action="prior_learning.file_read").detail == {
        "file": paper().sha256
    }


def test_a_paper_belongs_to_its_request(sample, client):
    mine, theirs = ask(sample), ask(sample, "lucia", papers=(paper(PDF + b"2"),))
    other = models.PriorLearningFile.objects.get(request__uuid=theirs)
    client.force_login(sample.user("alma"))
    assert client.get(page("-file", mine, number=other.pk)).status_code == 404


def test_an_altered_paper_is_not_handed_out(sample, client, caplog):
    uuid = ask(sample)
    file = models.PriorLearningFile.objects.get()
    default_storage.delete(file.storage_name)
    client.force_login(sample.user("alma"))
    assert client.get(page("-file", uuid, number=file.pk)).status_code == 404
    with default_storage.open(file.storage_name, "wb") as opened:
        opened.write(b"%PDF-1.7 forged")
    assert client.get(page("-file", uuid, number=file.pk)).status_code == 404


# --- the office -----------------------------------------------------------------------------
def test_an_officer_decides_on_the_page(sample, client):
    uuid = ask(sample, "alma", "S-LIVE", "S-POLICY")
    live, policy = models.PriorLearningItem.objects.order_by("pk")
    client.force_login(sample.user("ines"))
    shown = client.get(page("-decide", uuid)).context["form"]
    assert shown[f"code-{policy.pk}"].initial == "not_waivable"
    assert "granted" not in dict(shown.fields[f"code-{policy.pk}"].choices)
    sent = {
        f"code-{live.pk}": "partly_granted",
        f"code-{policy.pk}": "not_waivable",
        "note": "Half of it.",
        "form_key": str(uuid4()),
    }
    answer = client.post(page("-decide", uuid), sent)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [f"amount-{live.pk}"]
    assert client.post(page("-decide", uuid), sent | {f"amount-{live.pk}": "3"}).status_code == 302
    text = client.get(page("-decide", uuid)).content.decode()
    assert "Partly granted: 3\u00a0h" in text
    assert page("-reverse", uuid) in text
    sent = {"reason": "in_error", "note": "Wrong person.", "form_key": str(uuid4())}
    assert client.post(page("-reverse", uuid), sent).status_code == 302
    assert (
        "Decision taken back: Decided in error"
        in client.get(page("-decide", uuid)).content.decode()
    )


def test_a_decision_that_came_too_late_is_said(sample, client):
    uuid = ask(sample)
    item = models.PriorLearningItem.objects.get()
    decide(sample, uuid, {"S-LIVE": Verdict("granted")})
    client.force_login(sample.user("ines"))
    sent = {f"code-{item.pk}": "not_equivalent", "note": "No.", "form_key": str(uuid4())}
    answer = client.post(page("-decide", uuid), sent, follow=True)
    assert "Somebody else has decided this request" in answer.content.decode()
    assert models.PriorLearningDecision.objects.get().outcome == "granted"


def test_the_queue_is_by_age_and_narrows(sample, client):
    first, second = ask(sample), ask(sample, "kofi")
    decide(sample, ask(sample, "hannah"), {"S-LIVE": Verdict("duplicate")})
    client.force_login(sample.user("ines"))

    def shown(query=""):
        return [row.uuid for row, *_ in client.get(page("-queue") + query).context["rows"]]

    assert shown() == [first, second]
    assert shown("?q=mensah") == [second]
    assert shown("?q=PL-000") == []
    assert len(shown("?show=refused")) == 1
    assert len(shown("?show=all")) == 3
    assert shown("?show=nonsense") == [first, second]


def test_the_log_has_the_columns_of_the_report(sample, client, time_machine):
    ask(sample, "alma", "S-LIVE", "S-SHORT", completed_on=date(2025, 5, 31))
    time_machine.move_to("2026-06-08T18:00:00Z", tick=False)
    decide(
        sample,
        models.PriorLearningRequest.objects.get().uuid,
        {"S-LIVE": Verdict("granted"), "S-SHORT": Verdict("older_than_lookback")},
    )
    waiting = ask(sample, "kofi", "S-POLICY")
    time_machine.move_to("2026-06-10T18:00:00Z", tick=False)
    client.force_login(sample.user("dee"))
    live, short, policy = sorted(
        lines(client.get(page("-log") + "?show=all")), key=lambda row: row["item"] == "S-POLICY"
    )
    reference = models.PriorLearningRequest.objects.order_by("pk").first().reference
    assert live == {
        "as_of": "2026-06-10",
        "request": reference,
        "kind": "equivalency",
        "program": "sample",
        "worker": "Alma Reyes",
        "person_uuid": str(sample.person("alma").uuid),
        "item": "S-LIVE",
        "item_title": "Live",
        "evidence_type": "certificate",
        "evidence_date": "2025-05-31",
        "requested_on": "2026-06-01",
        "age_at_request_days": "366",
        "lookback_limit_months": "36",
        "older_than_lookback": "FALSE",
        "non_waivable": "FALSE",
        "decision": "granted",
        "reason_code": "granted",
        "credit": "6.00",
        "credit_unit": "hours",
        "reviewer": "Inés Calderón",
        "decided_on": "2026-06-08",
        "days_to_decide": "7",
        "days_waiting": "",
    }
    assert (short["decision"], short["reason_code"], short["older_than_lookback"]) == (
        "refused", "older_than_lookback", "TRUE",
    )  # fmt: skip
    assert (policy["decision"], policy["non_waivable"], policy["days_waiting"]) == (
        "waiting", "TRUE", "2",
    )  # fmt: skip
    assert waiting


# --- what it costs --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "url", "cost"),
    [
        ("alma", "prior-learning", 10),
        ("bo", "prior-learning", 12),
        ("ines", "prior-learning-queue", 13),
        ("ines", "prior-learning-log", 10),
    ],
)
def test_lists_cost_the_same_for_one_and_three(sample, client, statements, who, url, cost):
    def count():
        client.force_login(sample.user(who))
        with statements() as counted:
            answer = client.get(reverse(url) + "?show=all")
            assert answer.status_code == 200
            if answer.streaming:
                b"".join(answer.streaming_content)
        return len(counted)

    decide(sample, ask(sample, "alma"), {"S-LIVE": Verdict("granted")})
    count()  # The rules are read and parsed once per process.
    one = count()
    for what in ("S-SELF", "S-LIVE"):
        uuid = ask(sample, "alma", what)
        decide(sample, uuid, {what: Verdict("not_equivalent")})
    take_back(sample, uuid)
    assert (one, count()) == (cost, cost)
