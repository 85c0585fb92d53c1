"""Migrations: one leaf per folder, named for what they do, and equal to the models."""

from django.apps import apps
from django.db import connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

FOLDERS = ("lms", "courses", "certification", "content")


def test_each_folder_has_one_leaf():
    loader = MigrationLoader(None)
    assert {folder: len(loader.graph.leaf_nodes(folder)) for folder in FOLDERS} == dict.fromkeys(
        FOLDERS, 1
    )


def test_no_migration_is_named_by_a_machine():
    names = [name for app, name in MigrationLoader(None).graph.nodes if app in FOLDERS]
    assert [name for name in names if "_auto_" in name] == []


def test_models_have_no_change_without_a_migration(db):
    loader = MigrationLoader(connection)
    changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(
        graph=loader.graph
    )
    assert {app: ops for app, ops in changes.items() if app in FOLDERS} == {}
