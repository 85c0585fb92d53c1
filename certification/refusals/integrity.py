"""Whether every letter prints a decision that still holds, and every file is as it was sent."""

import hashlib
from collections.abc import Iterator
from typing import Final

from django.core.files.storage import default_storage

from certification.engine.decide import decide
from certification.evidence.snapshots import facts_from, findings_json
from certification.programs.queries import rules_of
from certification.refusals.models import RefusalLetter
from lms.kit.integrity import Check, check, triggers

TABLES: Final = (("certification_refusalletter", "UPDATE DELETE"),)
PORTION: Final = 500


def integrity() -> list[Check]:
    """Return every check of this applet."""
    return [
        triggers("append-only-refusals", TABLES),
        check(
            "refusals-decided",
            "Deciding again from the evidence of a letter, by the same rules, says the same.",
            _not_decided(),
        ),
        check(
            "refusal-files",
            "Every letter is in the store and has the stored hash.",
            _wrong_files(),
        ),
    ]


def _not_decided() -> Iterator[str]:
    rows = RefusalLetter.objects.select_related("decision__program_version").order_by("pk")
    for each in rows.iterator(chunk_size=PORTION):
        stored = each.decision
        rules = rules_of(stored.program_version.digest)
        decision = decide(rules.requirements, facts_from(stored.evidence), stored.as_of)
        if findings_json(decision) != stored.findings or decision.outcome.value != stored.outcome:
            yield f"{each.reference}: deciding again gives {decision.outcome.value}, other findings"
        unmet = {row["requirement"] for row in stored.findings if not row["met"]}
        strange = {row["id"] for row in each.content["open"]} - unmet
        if strange:
            yield f"{each.reference}: it prints {', '.join(sorted(strange))} as open"


def _wrong_files() -> Iterator[str]:
    rows = RefusalLetter.objects.order_by("pk").values_list("uuid", "storage_name", "sha256")
    for uuid, name, sha256 in rows.iterator(chunk_size=PORTION):
        try:
            with default_storage.open(name) as opened:
                found = hashlib.sha256(opened.read()).hexdigest()
        except OSError:
            yield f"{uuid}: {name} is missing"
            continue
        if found != sha256:
            yield f"{uuid}: {name} was altered"
