"""What somebody chooses about their reminders."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from certification.reminders.models import own_choices, team_choices
from certification.reminders.queries import Wishes
from certification.reminders.schedule import Choice


class ReminderForm(forms.Form):
    """Which reminders: of one's own deadlines and, for supervisors, of their team's."""

    own = forms.ChoiceField(
        label=_("Your own deadlines and certificates"),
        help_text=_("The reminder on the last day always comes."),
        widget=forms.RadioSelect,
    )
    team = forms.ChoiceField(
        label=_("Those of the people you supervise"),
        help_text=_("In the same message as your own."),
        widget=forms.RadioSelect,
    )

    def __init__(self, data: QueryDict | None, *, wishes: Wishes, supervises: bool) -> None:
        super().__init__(data, initial={"own": wishes.own.value, "team": wishes.team.value})
        self.wishes = wishes
        for name, choices in (("own", own_choices()), ("team", team_choices())):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker
            field.choices = choices
        if not supervises:
            del self.fields["team"]

    def chosen(self) -> Wishes:
        """Return what was chosen; what was not asked stays as it is."""
        team = self.cleaned_data.get("team", self.wishes.team)
        return Wishes(Choice(self.cleaned_data["own"]), Choice(team))
