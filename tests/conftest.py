"""Fixtures for every test."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseOperations as SQLite
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

# A busy machine is no counterexample: nothing here is timed.
hypothesis_settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("untimed")


def pytest_collection_modifyitems(items):
    """Give back Wagtail's root page and the demo-free base after each test that commits."""
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark and mark.kwargs.get("transaction"):
            whole = pytest.mark.django_db(transaction=True, serialized_rollback=True)
            item.add_marker(whole, append=False)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Let the flush between committing tests pass the append-only triggers; nothing else may."""
    flush = SQLite.execute_sql_flush

    def flush_past_triggers(self, sql_list):
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = [row for row in cursor.fetchall() if "_no_" in row[0]]
            for name, _sql in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            try:
                flush(self, sql_list)
            finally:
                for _name, sql in triggers:
                    cursor.execute(sql)

    SQLite.execute_sql_flush = flush_past_triggers
    if connection.vendor == "postgresql":
        from django.db.backends.postgresql.operations import DatabaseOperations as PostgreSQL

        truncate = PostgreSQL.execute_sql_flush

        def truncate_past_triggers(self, sql_list):
            off, on = "SET session_replication_role = replica", "RESET session_replication_role"
            truncate(self, [off, *sql_list, on])

        PostgreSQL.execute_sql_flush = truncate_past_triggers
    yield


@pytest.fixture(autouse=True)
def _fresh_counters():
    """Start every test with empty rate limits."""
    cache.clear()


@pytest.fixture
def statements():
    """Count the SQL statements of a block, transaction control left out.

    Use: ``with statements() as counted: …`` then ``len(counted)``.
    """

    class Counted(CaptureQueriesContext):
        def __init__(self):
            super().__init__(connection)

        def texts(self):
            control = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK")
            return [q["sql"] for q in self.captured_queries if not q["sql"].startswith(control)]

        def __len__(self):
            return len(self.texts())

    return Counted


@pytest.fixture
def cast(db):
    """Create the named cast; see tests/cast.py."""
    from tests.cast import make_cast

    return make_cast()
