"""The style guide: every component in every state."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    return render(request, "lms/styleguide.html")
