"""Guard the new history, and put back the guards of tables that were made anew."""

from django.db import migrations

NEW = (
    "courses_accommodation",
    "courses_activespan",
    "courses_clinicalreview",
    "courses_mark",
    "courses_nudge",
    "courses_regrade",
    "courses_regradedattempt",
    "courses_timedecision",
    "courses_timedispute",
    "courses_unlock",
    "courses_versionchange",
    "courses_watchedspan",
)
# What was handed in stays; only the score may still come, where a person marks.
HANDED_IN = (
    "OLD.submitted_at IS NOT NULL AND (OLD.score IS NOT NULL"
    " OR NEW.submitted_at IS NULL OR NEW.submitted_at <> OLD.submitted_at"
    " OR NEW.person_id <> OLD.person_id OR NEW.quiz_id <> OLD.quiz_id"
    " OR NEW.number <> OLD.number OR NEW.started_at <> OLD.started_at"
    " OR NEW.shown <> OLD.shown OR NEW.rules <> OLD.rules)"
)
OPEN = "(SELECT submitted_at FROM courses_attempt WHERE id = OLD.attempt_id) IS NOT NULL"
RULES = [
    ("courses_attempt", "UPDATE", HANDED_IN),
    ("courses_attempt", "DELETE", None),
    ("courses_response", "UPDATE", OPEN),
    ("courses_response", "DELETE", OPEN),
    *((table, event, None) for table in NEW for event in ("UPDATE", "DELETE")),
]
MESSAGE = "append-only: history is not changed; add a correcting row instead"


def guard(apps, schema_editor):
    """Create the triggers."""
    vendor = schema_editor.connection.vendor
    for table, event, condition in RULES:
        name = f"{table}_no_{event.lower()}"
        if vendor == "sqlite":
            when = f" WHEN {condition}" if condition else ""
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table}{when}"
                f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            )
            continue
        refuse = f"RAISE EXCEPTION '{MESSAGE}';"
        body = f"IF {condition} THEN {refuse} END IF;" if condition else refuse
        last = "NEW" if event == "UPDATE" else "OLD"
        schema_editor.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN {body} RETURN {last}; END $$"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {name}()"
        )
    if vendor == "postgresql":
        for table in NEW:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION courses_refuse()"
            )


class Migration(migrations.Migration):
    """Refuse UPDATE and DELETE where history lives."""

    dependencies = [("courses", "0008_only_banks_hold_questions")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop, elidable=False)]
