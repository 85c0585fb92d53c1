"""Write a bank as a file, and check that reading the file gives the same questions."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from courses.assessment.bank import QuestionDraft
from courses.assessment.interchange import drafts, formats
from courses.assessment.interchange import written as w
from courses.assessment.interchange.exported import Exported


def export(questions: Sequence[QuestionDraft], *, format: str, title: str) -> Exported:
    """Return questions as a file with everything that it could not hold.

    The file is read back: what does not come back as it was is told, too, whatever the reason.
    """
    exported = formats.write(
        [drafts.written_of(draft) for draft in questions], format=format, title=title
    )
    told = {key for key, _words in (*exported.left_out, *exported.notes)}
    back = _read_back(exported.data, format)
    changed = [
        (draft.key, _("It does not come back from this file quite as it is."))
        for draft in questions
        if draft.key not in told
        and (draft.key not in back or drafts.canonical(back[draft.key]) != drafts.canonical(draft))
    ]
    return replace(exported, notes=(*exported.notes, *changed))


def _read_back(data: bytes, format: str) -> dict[str, QuestionDraft]:
    try:
        reading = formats.read(data, name=f"back.{formats.EXPORTS[format][0]}")
    except w.UnreadableFile:
        return {}  # A file without questions.
    back = {}
    for question in reading.written:
        try:
            draft = drafts.draft_of(question, w.Remarks())
        except w.UnreadableQuestion:
            continue
        back[draft.key] = draft
    return back
