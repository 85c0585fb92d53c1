"""What the tables and desks ask of a program beside its grammar; pure."""

from certification.engine.requirements import EVERYONE, Requirement, walk
from certification.programs.document import Program as Rules

_EMPLOYMENT = frozenset({"hire", "assignment", "first_service"})
_LONGEST_KEY, _LONGEST_TITLE, _LONGEST_LABEL, _LONGEST_ZONE = 60, 160, 40, 40


def is_open(rules: Rules) -> bool:
    """Say whether anybody may earn the program's credentials, employed or not.

    So it is when every credential is open to every role and no deadline hangs on an employment.
    """
    deadlines = (
        node.due.anchor
        for _, node in walk(rules.requirements)
        if isinstance(node, Requirement) and node.due
    )
    return (
        bool(rules.credentials)
        and all(EVERYONE in each.roles for each in rules.credentials)
        and _EMPLOYMENT.isdisjoint(deadlines)
    )


def misfits(rules: Rules) -> list[str]:
    """Return what the tables cannot hold or an address cannot name, each with its place."""
    sizes = [
        ("program", "program", rules.key, _LONGEST_KEY),
        ("program", "title", rules.title, _LONGEST_TITLE),
        ("program", "version", rules.version, _LONGEST_LABEL),
        ("program", "issuer", rules.issuer, _LONGEST_TITLE),
        ("program", "zone", rules.zone, _LONGEST_ZONE),
        *((f"credential {each.key}", "key", each.key, _LONGEST_KEY) for each in rules.credentials),
        *(
            (f"credential {each.key}", "title", each.title, _LONGEST_TITLE)
            for each in rules.credentials
        ),
        *((node.id, "id", node.id, _LONGEST_KEY) for _, node in walk(rules.requirements)),
    ]
    problems = [
        f"{where}: {name} is longer than {most} characters"
        for where, name, value, most in sizes
        if len(value) > most
    ]
    keys = [("program", "program", rules.key)]
    keys += [(f"credential {each.key}", "key", each.key) for each in rules.credentials]
    return problems + [
        f"{where}: {name} may have only letters, digits, hyphens and underscores"
        for where, name, value in keys
        if not value.replace("-", "").replace("_", "").isalnum() or not value.isascii()
    ]
