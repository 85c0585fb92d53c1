"""The desk of question banks: who gets in, import and export, writing and changing questions."""

import re
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from courses.assessment.models import Question, QuestionBank
from courses.assessment.operations import banks as operations
from courses.assessment.operations import start_attempt
from lms.audit.models import AuditEntry

from .making import load_tiny_course, quiz_data
from .test_interchange import GOLDEN

pytestmark = pytest.mark.django_db
BANK = "/train/banks/tiny-check/"


@pytest.fixture
def course(tmp_path, settings):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    load_tiny_course(tmp_path, quiz_data(3))


@pytest.fixture
def editor(client, cast, course):
    client.force_login(cast.user("samir"))
    return client


def upload(client, data, name="questions.gift", url=f"{BANK}import/", **fields):
    data = data if isinstance(data, bytes) else data.encode()
    return client.post(url, {"file": SimpleUploadedFile(name, data), **fields})


def hidden(response):
    page = response.content.decode()
    names = ("sealed", "digest", "source")
    return {n: re.search(rf'name="{n}" value="([^"]*)"', page)[1] for n in names}


def text(response):
    return " ".join(response.content.decode().split())


# --- who gets in ----------------------------------------------------------------------------
PAGES = [
    "/train/banks/",
    "/train/banks/template.xlsx",
    BANK,
    f"{BANK}q01/",
    f"{BANK}export/",
    f"{BANK}export/?format=csv",
]
CHANGING = [
    "/train/banks/new/",
    f"{BANK}new/",
    f"{BANK}new/?kind=single",
    f"{BANK}import/",
    f"{BANK}q01/edit/",
    f"{BANK}q01/retire/",
]


@pytest.mark.parametrize("url", PAGES + CHANGING)
def test_who_neither_edits_nor_teaches_sees_no_key(client, cast, course, url):
    for who in ("alma", "bo", "renata", "dee", "ines"):
        client.force_login(cast.user(who))
        assert client.get(url).status_code == 403, who


@pytest.mark.parametrize("url", PAGES + CHANGING)
def test_an_editor_gets_in(editor, url):
    assert editor.get(url).status_code == 200


def test_a_trainer_who_does_not_edit_reads_and_changes_nothing(client, cast, course):
    cast.give_duty("kofi", "trainer", "rio-vista")
    client.force_login(cast.user("kofi"))
    for url in PAGES:
        assert client.get(url).status_code == 200, url
    for url in CHANGING:
        assert client.get(url).status_code == 403, url
        assert client.post(url).status_code == 403, url
    page = text(client.get(f"{BANK}q01/"))
    assert "Change it" not in page and "Retire it" not in page


@pytest.mark.parametrize(
    "url", ["/train/banks/none/", "/train/banks/none/import/", f"{BANK}none/", f"{BANK}none/edit/"]
)
def test_what_is_not_there_is_not_found(editor, url):
    assert editor.get(url).status_code == 404


# --- looking --------------------------------------------------------------------------------
def test_the_list_counts_and_finds(editor):
    page = text(editor.get("/train/banks/"))
    assert "tiny-check" in page and 'data-label="Questions">3<' in page and "Tiny check" in page
    assert "tiny-check" in text(editor.get("/train/banks/?search=story+2"))
    assert "Nothing found" in text(editor.get("/train/banks/?search=zebra"))


def test_the_pages_of_lists_cost_the_same_for_one_and_for_many(editor, statements):
    bank = QuestionBank.objects.get(key="tiny-check")
    for url in ("/train/banks/", BANK, f"{BANK}?tag=x", f"{BANK}export/?format=qti"):
        editor.get(url)
        with statements() as few:
            editor.get(url)
        for n in range(7):
            QuestionBank.objects.create(key=f"more-{n}{len(url)}", title="More")
            pieces = [piece(f"Extra {n} {url} {k}?") for k in range(3)]
            plan = operations.look(held_in=bank, pieces=pieces)
            write(bank, plan)
        with statements() as many:
            assert editor.get(url).status_code == 200
        assert len(many) == len(few), url


def piece(stem):
    from courses.assessment.interchange import formats
    from courses.assessment.interchange.plan import pieces_of

    [made] = pieces_of(formats.read(f"{stem} {{=a ~b}}".encode(), format="gift"))
    return made


def write(bank, plan):
    from courses.assessment.operations.loading import question_row

    Question.objects.bulk_create(question_row(bank, row.draft, None) for row in plan.writing)


def test_filters_narrow_the_list(editor):
    upload_and_confirm(editor, "// [tag:voice] [tag:difficulty:3]\n::loud::Loud? {T}")
    assert "loud" in text(editor.get(f"{BANK}?tag=voice"))
    for query in ({"kind": "true_false"}, {"difficulty": "3"}, {"search": "Loud"}):
        page = text(editor.get(f"{BANK}?{urlencode(query)}"))
        assert "1 question<" in page and "/loud/" in page, query
    assert "Nothing found" in text(editor.get(f"{BANK}?tag=voice&kind=single"))


def test_a_question_page_shows_face_key_and_revisions(editor):
    page = text(editor.get(f"{BANK}q01/"))
    assert "As a learner sees it" in page and "Choice b of story 1" in page
    assert "FEEDBACK-ONLY-AFTER b" in page and "Revision 1" in page and "disabled" in page


# --- import ---------------------------------------------------------------------------------
def upload_and_confirm(client, data, name="questions.gift"):
    preview = upload(client, data, name)
    assert preview.status_code == 200, text(preview)
    return client.post(f"{BANK}import/", hidden(preview), follow=True)


MIXED = "::a::A? {=x ~y}\n\nB? {=x\n\n::c::C? {T}\n\nJust words.\n\n::a::A? {=x ~y}"


def test_the_preview_tells_of_every_piece_and_writes_nothing(editor):
    before = Question.objects.count()
    page = text(upload(editor, MIXED))
    assert "The file holds 5 pieces. 2 questions would be written." in page
    for words in ("2: New", "1: Cannot be imported", "1: Left out", "1: There already"):
        assert words in page
    for place in ("Line 1", "Line 3", "Line 5", "Line 7", "Line 9"):
        assert place in page
    assert Question.objects.count() == before


def test_confirming_writes_what_was_shown_once_and_says_so(editor, cast):
    preview = upload(editor, MIXED)
    fields = hidden(preview)
    done = editor.post(f"{BANK}import/", fields, follow=True)
    assert "2 questions added, 0 changed, 3 left alone." in text(done)
    made = Question.objects.filter(key__in=["a", "c"])
    assert {q.author_id for q in made} == {cast.user("samir").pk}
    again = editor.post(f"{BANK}import/", fields, follow=True)
    assert "The bank holds all of it already. Nothing was written." in text(again)
    assert Question.objects.filter(key__in=["a", "c"]).count() == 2
    assert AuditEntry.objects.filter(action="questions.imported").count() == 1


def test_a_changed_question_becomes_a_revision_and_open_tries_keep_the_old_one(editor, cast):
    user = cast.user("alma")
    start_attempt(user_id=user.pk, quiz_key="tiny-check")
    old = Question.objects.get(key="q01")
    text_now = f"::q01::{old.stem} changed {{=x#f ~y#g}}"
    preview = upload(editor, text_now)
    assert "Changes a question" in text(preview) and "Before:" in text(preview)
    editor.post(f"{BANK}import/", hidden(preview))
    old.refresh_from_db()
    new = Question.objects.get(key="q01", retired_at=None)
    assert (new.revision, old.retired_at is None) == (2, False)
    assert old.options[0]["text"].startswith("Choice")


def test_a_bank_that_changed_since_the_preview_is_not_written_but_shown_again(editor):
    preview = upload(editor, "::q01::New words? {T}")
    upload_and_confirm(editor, "::q01::Other words? {F}")
    late = editor.post(f"{BANK}import/", hidden(preview))
    assert late.status_code == 409 and "The bank changed since the preview" in text(late)
    assert Question.objects.get(key="q01", retired_at=None).stem == "Other words?"
    assert editor.post(f"{BANK}import/", hidden(late)).status_code == 302
    assert Question.objects.get(key="q01", retired_at=None).stem == "New words?"


def test_a_preview_that_was_changed_on_the_way_or_is_of_another_bank_is_refused(editor):
    editor.post("/train/banks/new/", {"title": "Other", "key": "other"})
    fields = hidden(upload(editor, "::z::Z? {T}"))
    for url, sent in (
        (f"{BANK}import/", fields | {"sealed": fields["sealed"][:-3] + "abc"}),
        ("/train/banks/other/import/", fields),
        (f"{BANK}import/", fields | {"sealed": ""}),
    ):
        page = text(editor.post(url, sent, follow=True))
        assert "Upload the file again" in page
    assert not Question.objects.filter(key="z").exists()


def test_a_preview_of_somebody_else_is_refused(editor, cast, client):
    fields = hidden(upload(editor, "::z::Z? {T}"))
    cast.give_duty("kofi", "curriculum_editor", "high-desert")
    client.force_login(cast.user("kofi"))
    assert "Upload the file again" in text(client.post(f"{BANK}import/", fields, follow=True))


@pytest.mark.parametrize("name", sorted(p.name for p in GOLDEN.iterdir() if p.suffix != ".json"))
def test_files_of_other_tools_never_break_the_page(editor, name):
    response = upload(editor, (GOLDEN / name).read_bytes(), name)
    assert response.status_code in {200, 400}
    assert response.status_code == 200 or "usa-error" in text(response)


@pytest.mark.parametrize(
    "data", [b"", b"\x00\x01", b"PK\x03\x04broken", b"<a", b"<!DOCTYPE x><x/>", b"{"]
)
def test_a_broken_file_is_told_on_the_form(editor, data):
    response = upload(editor, data, "x.bin")
    assert response.status_code in {200, 400}
    assert Question.objects.count() == 3


def test_the_same_words_in_another_bank_are_told(editor):
    editor.post("/train/banks/new/", {"title": "Other", "key": "other"})
    stem = Question.objects.get(key="q01").stem
    page = text(upload(editor, f"{stem} {{T}}", url="/train/banks/other/import/"))
    assert "The bank “Tiny check” asks the same." in page


# --- export ---------------------------------------------------------------------------------
@pytest.mark.parametrize("format", ["csv", "gift", "qti"])
def test_an_export_imported_again_changes_nothing(editor, format):
    response = editor.get(f"{BANK}export/?format={format}")
    assert response["Content-Disposition"].startswith("attachment")
    ending = {"csv": "csv", "gift": "gift", "qti": "zip"}[format]
    page = text(upload(editor, response.content, f"x.{ending}"))
    assert "3: Unchanged" in page and "There is nothing to write" in page


def test_an_export_says_what_is_not_in_it(editor):
    upload_and_confirm(
        editor, b"id,type,question,option_1,option_2\no1,ordering,Order?,a,b\n", "x.csv"
    )
    page = text(editor.get(f"{BANK}export/"))
    assert "1 question is not in this file" in page and "GIFT has no such kind" in page
    assert editor.get(f"{BANK}export/?format=exe").status_code == 404


# --- writing and changing -------------------------------------------------------------------
ABOUT = {"points": "1", "difficulty": "1", "rows": "4"}


def test_a_question_is_written_without_script(editor):
    assert "A number" in text(editor.get(f"{BANK}new/"))
    sent = ABOUT | {"stem": "Who *first*?", "text_1": "We", "text_2": "They", "right_2": "on",
                    "told_2": "So it is.", "tags": "a; b", "critical": "on"}  # fmt: skip
    response = editor.post(f"{BANK}new/?kind=single", sent)
    assert response.status_code == 302
    made = Question.objects.get(stem="Who *first*?")
    assert [o["correct"] for o in made.options] == [False, True]
    assert (made.tags, made.critical, made.revision) == (["a", "b"], True, 1)


@pytest.mark.parametrize(
    ("kind", "sent", "words"),
    [
        ("single", {"text_1": "a", "text_2": "b"}, "Mark exactly one"),
        ("single", {"text_1": "a", "right_1": "on"}, "Fewer than two options"),
        ("multiple", {"text_1": "a", "text_2": "b", "rule": "per_option"}, "No option is right"),
        ("matching", {"text_1": "a", "rule": "per_pair"}, "Say what belongs to left side 1"),
        ("numeric", {"text_1": "many"}, "is not a number"),
        ("short_text", {"text_1": "x", "share_1": "50"}, "No answer earns all"),
        ("single", {"text_1": "a", "text_2": "b", "right_2": "on", "told_4": "x"}, "has no words"),
        ("branching", {"case": "start: [a"}, "is no YAML"),
        ("branching", {"case": "start: a\nsteps: {}"}, "steps"),
        ("branching", {"case": "a: &x [1]\nb: *x"}, "as an alias"),
    ],
)
def test_a_faulty_question_comes_back_with_everything_typed(editor, kind, sent, words):
    response = editor.post(f"{BANK}new/?kind={kind}", ABOUT | {"stem": "KEPT-WORDS?"} | sent)
    assert response.status_code == 400
    assert words in text(response) and "KEPT-WORDS?" in text(response)
    assert Question.objects.count() == 3


def test_more_rows_keep_what_was_typed_and_save_nothing(editor):
    sent = ABOUT | {"stem": "KEPT?", "text_1": "FIRST", "right_1": "on", "more": "1"}
    page = text(editor.post(f"{BANK}new/?kind=multiple", sent))
    assert "KEPT?" in page and "FIRST" in page and 'name="text_7"' in page
    assert Question.objects.count() == 3


EVERY_KIND = b"""id,type,question,option_1,match_1,option_2,match_2,option_3,match_3,correct,shares
k1,single,Q1?,a,,b,,,,1,
k2,multiple,Q2?,a,,b,,c,,1;2,
k3,true_false,Q3?,,,,,,,false,
k4,matching,Q4?,a,x,b,y,,z,,
k5,ordering,Q5?,a,,b,,c,,,
k6,short_text,Q6?,yes,,ja,,,,,100;50
k7,numeric,Q7?,60:5,,1..3,,,,,100;50
k8,essay,Q8?,Kind,,Clear,,,,,2;3
"""


def form_fields(response):
    """Return what a browser would send back from the form of a page."""
    form = response.context["form"]
    sent = {}
    for bound in form:
        value = bound.value()
        if value is True:
            sent[bound.name] = "on"
        elif value not in (None, False):
            sent[bound.name] = value
    return sent | {"rows": form.count, "base": response.context["base"]}


CASE = """start: a
steps:
  a:
    text: At the door.
    question: What now?
    choices:
    - {id: sit, text: Sit, tone: helps, result: Good., next: null}
    - {id: run, text: Run, tone: harms, result: Bad., next: null}
"""


def test_every_kind_can_be_opened_saved_as_it_is_and_changed(editor):
    upload_and_confirm(editor, EVERY_KIND, "x.csv")
    sent = ABOUT | {"stem": "A case?", "case": CASE}
    assert editor.post(f"{BANK}new/?kind=branching", sent).status_code == 302
    assert Question.objects.filter(kind="branching").count() == 1
    for row in Question.objects.exclude(key__startswith="q0").order_by("key"):
        url = f"{BANK}{row.key}/"
        assert editor.get(url).status_code == 200, row.kind
        sent = form_fields(editor.get(f"{url}edit/"))
        assert "Nothing was changed." in text(editor.post(f"{url}edit/", sent, follow=True)), (
            row.kind
        )
        sent["stem"] = f"{row.stem} Really?"
        page = text(editor.post(f"{url}edit/", sent, follow=True))
        assert "Saved as revision 2" in page and "Really?" in page, row.kind
        new = Question.objects.get(key=row.key, retired_at=None)
        assert (new.options, new.marking) == (row.options, row.marking), row.kind


def test_two_who_change_the_same_question_do_not_lose_words(editor):
    first = form_fields(editor.get(f"{BANK}q01/edit/"))
    second = dict(first)
    editor.post(f"{BANK}q01/edit/", first | {"stem": "FIRST"})
    late = editor.post(f"{BANK}q01/edit/", second | {"stem": "SECOND"})
    assert late.status_code == 400
    assert "Somebody else changed this question meanwhile" in text(late) and "SECOND" in text(late)
    assert Question.objects.get(key="q01", retired_at=None).stem == "FIRST"


def test_options_keep_their_ids_by_words_and_then_by_row(editor):
    sent = form_fields(editor.get(f"{BANK}q01/edit/"))
    # The first two change places, the third is put in better words, and a fourth comes.
    first, second = sent["text_1"], sent["text_2"]
    sent |= {"text_1": second, "text_2": first, "right_1": "on", "text_3": "Better words"}
    sent |= {"text_4": "One more"}
    del sent["right_2"]
    editor.post(f"{BANK}q01/edit/", sent)
    new = Question.objects.get(key="q01", retired_at=None)
    ids = [o["id"] for o in new.options]
    assert ids[:3] == ["b", "a", "c"] and ids[3] not in "abc"
    assert [o["correct"] for o in new.options] == [True, False, False, False]


def test_retiring_asks_why_and_keeps_everything(editor):
    page = text(editor.get(f"{BANK}q01/retire/"))
    assert "1 quiz may draw it today" in page
    assert "There would be fewer questions than these draw: Tiny check." in page
    upload_and_confirm(editor, "::spare::Spare? {T}")
    assert "fewer questions than" not in text(editor.get(f"{BANK}q01/retire/"))
    assert editor.post(f"{BANK}q01/retire/", {"reason": ""}).status_code == 400
    page = text(editor.post(f"{BANK}q01/retire/", {"reason": "Misleading"}, follow=True))
    assert "Retired. No new attempt draws it" in page
    assert Question.objects.get(key="q01").retired_at is not None
    assert "q01" in text(editor.get(f"{BANK}?state=retired"))
    assert ">q01" not in text(editor.get(BANK))
    entry = AuditEntry.objects.get(action="question.retired")
    assert entry.detail == {"reason": "Misleading"}
    sent = form_fields(editor.get(f"{BANK}q01/edit/"))
    assert "Saved as revision 2" in text(editor.post(f"{BANK}q01/edit/", sent, follow=True))


def test_a_bank_needs_a_key_of_its_own(editor):
    for key, words in (("tiny-check", "Another bank"), ("new", "small letters"), ("A b", "valid")):
        response = editor.post("/train/banks/new/", {"title": "X", "key": key})
        assert response.status_code == 400 and words in text(response), key


# --- what a file does not say stays ---------------------------------------------------------
def test_a_file_that_names_no_objective_takes_none_away(editor):
    row = Question.objects.get(key="q01")
    answers = " ".join(
        f"{'=' if o['correct'] else '~'}{o['text']}#{o['feedback']}" for o in row.options
    )
    assert "1: Unchanged" in text(upload(editor, f"::q01::{row.stem} {{{answers}}}"))
    assert "1: Unchanged" in text(upload(editor, f"{row.stem} {{{answers}}}"))
    upload_and_confirm(editor, f"::q01::{row.stem} Why? {{{answers}}}")
    new = Question.objects.get(key="q01", retired_at=None)
    assert (new.revision, new.objective, new.competency) == (2, row.objective, row.competency)
    assert new.options == row.options


def test_a_file_that_says_what_a_question_is_about_changes_it(editor):
    row = Question.objects.get(key="q02")
    head = "id,type,question,option_1,feedback_1,option_2,feedback_2,option_3,feedback_3,correct"
    cells = [c for o in row.options for c in (o["text"], o["feedback"])]
    line = ",".join(["q02", "single", row.stem, *cells, "2"])
    assert "1: Unchanged" in text(upload(editor, f"{head}\n{line}\n", "x.csv"))
    changed = upload(editor, f"{head},objective\n{line},O9\n", "x.csv")
    assert "1: Changes a question" in text(changed) and "O9" in text(changed)


def test_criteria_outlive_a_format_that_has_none(editor):
    upload_and_confirm(editor, EVERY_KIND, "x.csv")
    response = editor.get(f"{BANK}export/?format=gift")
    page = text(upload(editor, response.content, "x.gift"))
    assert "There is nothing to write" in page


# --- questions that were used ---------------------------------------------------------------
@pytest.fixture
def used(editor, cast):
    """Let Alma answer q01 in an open try."""
    from courses.assessment.models import Attempt, Response

    start_attempt(user_id=cast.user("alma").pk, quiz_key="tiny-check")
    row = Question.objects.get(key="q01")
    Response.objects.create(attempt=Attempt.objects.get(), question=row, value="a", sequence=1)
    return row


def test_changing_a_used_question_says_so_and_leads_to_the_regrade(editor, used):
    page = text(editor.get(f"{BANK}q01/edit/"))
    assert "This question was used" in page and "1 attempt answered it as it was" in page
    sent = form_fields(editor.get(f"{BANK}q01/edit/"))
    page = text(editor.post(f"{BANK}q01/edit/", sent | {"stem": "Changed?"}, follow=True))
    assert "keep their results until they are regraded" in page
    assert f'href="{BANK}q01/regrade/"' in page


def test_importing_a_change_of_a_used_question_says_so_before_and_after(editor, used):
    preview = upload(editor, "::q01::Changed? {=x ~y}")
    assert "1 attempt was asked it as it was" in text(preview)
    page = text(editor.post(f"{BANK}import/", hidden(preview), follow=True))
    assert "open them to regrade: q01." in page
    assert Question.objects.get(pk=used.pk).stem == used.stem


def test_the_template_comes_back_as_eight_new_questions(editor):
    workbook = editor.get("/train/banks/template.xlsx")
    page = text(upload(editor, workbook.content, "questions.xlsx"))
    assert "8: New" in page and "Only the sheet “Questions” was read." in page


def test_a_file_that_a_form_cannot_carry_is_told(editor, monkeypatch):
    monkeypatch.setattr(operations, "MOST_SEALED", 200)
    response = upload(editor, "::z::Z? {T}")
    assert response.status_code == 400 and "Split it." in text(response)
