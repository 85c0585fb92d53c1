"""Forms of the roster wizard: the file, and what its columns hold."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.kit.tables import Table, TableError, read_table
from lms.people.roster_rows import FIELDS
from lms.people.rosters import missing_columns

HINTS: Final = {
    "record_id": _("Your own number for the person. The next file finds them by it."),
    "role": _("responder, clinician, peer, supervisor, coach, trainer, access_staff, admin"),
    "site": _("Key or name of the site. Empty: the agency itself."),
    "fte": _("From 0 to 1. Empty: 1."),
    "end_date": _("The last day employed. It counts together with the action “end”."),
    "action": _("“end” ends the employment. Leaving a row out ends nothing."),
}


class RosterFile(forms.Form):
    """Takes the file and reads it as a table, into ``table``."""

    file = forms.FileField(
        label=_("Roster file"),
        help_text=_("CSV or Excel (.xlsx), with a heading row, up to 10 MB and 20,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
    )
    table: Table

    def clean_file(self) -> Any:
        """Read the file. What is wrong with it becomes the field's error, in words."""
        upload = self.cleaned_data["file"]
        try:
            self.table = read_table(upload.file)
        except TableError as fault:
            raise forms.ValidationError(str(fault)) from fault
        if not self.table.rows:
            raise forms.ValidationError(_("The file has headings but no rows."))
        return upload


class Columns(forms.Form):
    """Says which heading holds which field."""

    def __init__(self, data: Any, *, headers: Sequence[str], chosen: Mapping[str, str]) -> None:
        super().__init__(data)
        choices = [("", _("Not in this file")), *((head, head) for head in headers)]
        for name, label in FIELDS.items():
            self.fields[name] = forms.ChoiceField(
                label=label,
                choices=choices,
                required=name == "given_name",
                initial=chosen.get(name, ""),
                help_text=HINTS.get(name, ""),
            )

    @property
    def columns(self) -> dict[str, str]:
        """The chosen heading of each field that has one."""
        return {name: head for name, head in self.cleaned_data.items() if head}

    def clean(self) -> dict[str, Any]:
        """Refuse a heading that is used twice, and files without names or keys."""
        cleaned = super().clean() or {}
        used: dict[str, str] = {}
        for name, head in list(cleaned.items()):
            if head and head in used:
                self.add_error(name, _("This column is chosen for another field too."))
            elif head:
                used[head] = name
        missing = missing_columns({name: head for name, head in cleaned.items() if head})
        if missing:
            raise forms.ValidationError(
                _("Say which columns hold: %(names)s."), params={"names": ", ".join(missing)}
            )
        return cleaned
