"""Forms about people."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class SignupNames(forms.Form):
    """The names asked at sign-up, beside address and password."""

    given_name = forms.CharField(label=_("Given name"), max_length=80)
    family_name = forms.CharField(label=_("Family name"), max_length=80, required=False)

    def signup(self, request: HttpRequest, user: Any) -> None:
        """Called by allauth after the account is made."""
