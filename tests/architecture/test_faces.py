"""Faces hand out ids and frozen records, never models or querysets."""

import inspect
import typing

import pytest
from django.db import models


def mentioned(annotation):
    """Yield every class inside an annotation."""
    yield annotation
    for part in typing.get_args(annotation):
        yield from mentioned(part)


@pytest.mark.parametrize("folder", ["lms", "courses", "certification"])
def test_public_functions_return_no_model(folder):
    face = __import__(f"{folder}.public", fromlist=["*"])
    leaking = []
    for name in getattr(face, "__all__", dir(face)):
        thing = getattr(face, name)
        if not inspect.isfunction(thing):
            continue
        returned = typing.get_type_hints(thing).get("return")
        for part in mentioned(returned):
            if inspect.isclass(part) and issubclass(part, models.Model | models.QuerySet):
                leaking.append(name)
    assert leaking == []


@pytest.mark.parametrize("folder", ["lms", "courses", "certification"])
def test_public_functions_take_keywords_only(folder):
    face = __import__(f"{folder}.public", fromlist=["*"])
    # Decorators, and functions named for the one thing they take.
    allowed = {"handles", "every_night", "authority", "render_pdf", "qr_svg", "record_audits"}
    positional = [
        name
        for name in getattr(face, "__all__", dir(face))
        if inspect.isfunction(getattr(face, name)) and name not in allowed
        for parameter in inspect.signature(getattr(face, name)).parameters.values()
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    assert positional == []
