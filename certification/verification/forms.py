"""What an agency sends to have a roster checked."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from certification.verification.roster import Asked
from certification.verification.roster_file import MAX_ROWS, NotARoster, asked_rows
from lms.kit.tables import TableError, read_table


class RosterForm(forms.Form):
    """The file, the program and the date."""

    file = forms.FileField(
        label=_("Roster file"),
        help_text=_(
            "CSV or XLSX with certificate_code, given_name, family_name; record_id and role if"
            " you have them. Up to 10,000 rows."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )
    program = forms.ChoiceField(label=_("Program"))
    as_of = forms.DateField(
        label=_("Date of the work"),
        help_text=_("The answer is for this day."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self,
        data: QueryDict | None,
        files: MultiValueDict[str, UploadedFile[Any]] | None,
        *,
        programs: Sequence[tuple[str, str]],
        today: date,
    ) -> None:
        super().__init__(data, files, initial={"as_of": today})
        self.rows: list[Asked] = []
        self.fields["program"] = forms.ChoiceField(label=_("Program"), choices=programs)
        self.order_fields(["file", "program", "as_of"])

    def clean_file(self) -> UploadedFile[Any]:
        """Read the rows; whatever is wrong with the file is said in words."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        try:
            self.rows = asked_rows(read_table(file.read(), max_rows=MAX_ROWS))
        except (TableError, NotARoster) as error:
            raise forms.ValidationError(str(error), code="unreadable") from error
        if not self.rows:
            raise forms.ValidationError(_("The list has no rows."), code="empty")
        return file
