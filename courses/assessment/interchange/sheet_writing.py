"""Write questions as a table, and a template that explains every column."""

import io
from collections.abc import Iterable
from typing import Any

import openpyxl
from django.utils.translation import gettext as _

from courses.assessment.interchange import written as w
from courses.assessment.interchange.columns import AFTER, BEFORE, COLUMNS, EXAMPLES
from courses.assessment.interchange.exported import CannotWrite, Exported, Telling, figures
from lms.kit.tables import MAX_CELL, Column, TableError, csv_text, read_table, xlsx_bytes


def write(questions: Iterable[w.Written], *, title: str) -> Exported:
    """Return questions as CSV in UTF-8, with a byte order mark for spreadsheets."""
    telling = Telling()
    rows = []
    for question in questions:
        try:
            row = row_of(question)
            _see_that_it_survives(row)
        except CannotWrite as why:
            telling.leave_out(question.key, str(why))
        else:
            rows.append(row)
            telling.count += 1
    text = csv_text(_columns(rows), rows)
    return telling.exported(b"\xef\xbb\xbf" + text.encode())


def template() -> bytes:
    """Return a workbook with an example of each kind, and a sheet that explains the columns."""
    data = xlsx_bytes(_columns(EXAMPLES, least=4), EXAMPLES, sheet=_("Questions"))
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book.create_sheet(_("Columns"))
    page.append([_("Column"), _("What belongs in it")])
    for name, words in COLUMNS:
        page.append([name, str(words)])
    page.column_dimensions["A"].width = 16
    page.column_dimensions["B"].width = 100
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def row_of(question: w.Written) -> dict[str, str]:
    """Return the cells of one question.

    Raises:
        CannotWrite: a table has no room for this kind of question.
    """
    row = {
        "id": question.key,
        "type": question.kind,
        "question": question.stem,
        "rule": question.rule,
        "unit": question.unit,
        "max_words": str(question.max_words or ""),
        "feedback": question.feedback,
        "points": str(question.points),
        "objective": question.objective,
        "competency": question.competency,
        "tags": "; ".join(question.tags),
        "difficulty": str(question.difficulty),
        "critical": "yes" if question.critical else "",
        "confidence": "yes" if question.asks_confidence else "",
    }
    if question.kind == w.BRANCHING:
        raise CannotWrite(_("A case with decisions does not fit into one row."))
    for at, choice in enumerate(question.choices, start=1):
        if question.kind != w.TRUE_FALSE:
            row[f"option_{at}"], row[f"feedback_{at}"] = choice.text, choice.feedback
    for at, pair in enumerate(question.pairs, start=1):
        row[f"option_{at}"], row[f"match_{at}"] = pair.left, pair.right
    for at, each in enumerate(question.ranges, start=1):
        row[f"option_{at}"] = figures(each)
    for at, (text, _points) in enumerate(question.criteria, start=1):
        row[f"option_{at}"] = text
    return row | _key(question)


def _key(question: w.Written) -> dict[str, str]:
    """Return the cells that say what is right."""
    if question.kind in {w.SINGLE, w.MULTIPLE}:
        right = [at for at, each in enumerate(question.choices, start=1) if each.share > 0]
        return {"correct": ";".join(str(at) for at in right)}
    if question.kind == w.TRUE_FALSE:
        told = (question.feedback_right, question.feedback_wrong)
        told = told if question.truth else (told[1], told[0])
        truth = "true" if question.truth else "false"
        return {"correct": truth, "feedback_1": told[0], "feedback_2": told[1]}
    if question.kind == w.ESSAY:
        return {"shares": ";".join(str(points) for _text, points in question.criteria)}
    shares = [each.share for each in (question.ranges or question.choices)]
    if question.kind in {w.SHORT_TEXT, w.NUMERIC} and any(share != 1 for share in shares):
        return {"shares": ";".join(w.percent(share) for share in shares)}
    return {}


def _columns(rows: list[dict[str, str]], least: int = 2) -> list[Column]:
    """Return the columns that these rows need, always in the same order."""
    used = {name for row in rows for name, text in row.items() if text}
    most = max([least, *(int(name.rpartition("_")[2]) for name in used if name[-1].isdigit())])
    names = [*BEFORE]
    for at in range(1, most + 1):
        names.append(f"option_{at}")
        if any(name.startswith("match_") for name in used):
            names.append(f"match_{at}")
        names.append(f"feedback_{at}")
    return [(name, _cell(name)) for name in [*names, *AFTER]]


def _cell(name: str) -> Any:
    return lambda row: row.get(name, "")


def _see_that_it_survives(row: dict[str, str]) -> None:
    """Refuse a row that a table would not give back as it was.

    Raises:
        CannotWrite: a text is too long for a cell, or begins in a way that spreadsheets change.
    """
    if any(len(text) > MAX_CELL for text in row.values()):
        raise CannotWrite(
            _("A text is longer than the %(most)d characters of a cell.") % {"most": MAX_CELL}
        )
    try:
        table = read_table(csv_text(_columns([row]), [row]).encode())
    except TableError as error:
        raise CannotWrite(str(error)) from None
    back = {name: text for name, text in table.rows[0].values.items() if text}
    if back != {name: text for name, text in row.items() if text}:
        raise CannotWrite(_("A text begins or ends in a way that spreadsheets would change."))
