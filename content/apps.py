"""The Django app of the content folder."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    """The public site."""

    name = "content"
    label = "content"
    verbose_name = "Public site"
