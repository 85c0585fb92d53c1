"""Foreign keys point down: certification → lms, courses → lms, and nothing else between folders."""

from django.apps import apps

FOLDERS = ("lms", "courses", "certification", "content")
ALLOWED = {("courses", "lms"), ("certification", "lms")}


def test_foreign_keys_between_folders_point_down():
    crossing = {
        (folder, field.related_model._meta.app_label, f"{model.__name__}.{field.name}")
        for folder in FOLDERS
        for model in apps.get_app_config(folder).get_models()
        for field in model._meta.local_fields
        if field.is_relation
        if field.related_model._meta.app_label in FOLDERS
        if field.related_model._meta.app_label != folder
    }
    assert {c for c in crossing if c[:2] not in ALLOWED} == set()


def test_deleting_anything_with_history_is_refused():
    """Nothing that a row of ours points at may take the row with it."""
    loose = {
        f"{model._meta.label}.{field.name}"
        for folder in ("lms", "courses", "certification")
        for model in apps.get_app_config(folder).get_models()
        for field in model._meta.local_fields
        if field.is_relation
        if field.remote_field.on_delete.__name__ != "PROTECT"
        if not field.name.endswith("page_ptr")
        # Wagtail's pointers to the newest revision let go of it; the row stays.
        if field.related_model._meta.label != "wagtailcore.Revision"
    }
    assert loose == set()


def test_every_model_says_what_a_row_is_and_whether_it_is_personal():
    silent = {
        model.__name__
        for folder in FOLDERS
        for model in apps.get_app_config(folder).get_models()
        if "Personal data" not in (model.__doc__ or "")
    }
    assert silent == set()
