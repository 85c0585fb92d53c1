"""What to do about each check that fails: in words for the operator, and what ``--fix`` does.

One page for all checks, because whoever reads it has a broken database in front of them. A cache is
laid out anew by ``--fix``. History is never touched by a machine: a human finds out what happened,
and sets it right by new rows, as for every other correction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Fix:
    """What a human should do; `mends` says what ``--fix`` does, empty when it does nothing."""

    words: str
    mends: str = ""


UNKNOWN: Final = Fix("Find out what wrote these rows, and restore them from a backup.")
_TRIGGERS: Final = Fix(
    "Somebody took triggers away. Restore the schema from a backup or run the statements of the"
    " migration that made them; then compare the tables with the last backup, because rows may"
    " have been changed in between."
)
_RESTORE: Final = "Restore the named rows from a backup"
_PAPER: Final = Fix(
    "Restore the named file from a backup of the store; its hash is kept, and shows when it is"
    " the right one."
)

FIXES: Final[Mapping[str, Fix]] = {
    # --- the database itself ---
    "no-orphans": Fix(
        f"{_RESTORE}: each names a row that another needs. Do not delete what points at it."
    ),
    "append-only-lms": _TRIGGERS,
    "append-only-names": _TRIGGERS,
    "append-only-licences": _TRIGGERS,
    "append-only-merges": _TRIGGERS,
    "append-only-courses": _TRIGGERS,
    "append-only-catalog": _TRIGGERS,
    "append-only-publishing": _TRIGGERS,
    "append-only-seat-time": _TRIGGERS,
    "append-only-certification": _TRIGGERS,
    "append-only-prior-learning": _TRIGGERS,
    "append-only-casework": _TRIGGERS,
    "append-only-refusals": _TRIGGERS,
    "append-only-portable": _TRIGGERS,
    "append-only-program-review": _TRIGGERS,
    "append-only-duplicates": _TRIGGERS,
    # --- people ---
    "organisation-paths": Fix(
        "Set the path to its parent's path and its own id: every right below it goes by the path."
    ),
    "spells-current-once": Fix(
        "Take away the mark of replacement from the newest version of the spell, or mark the older"
        " ones as replaced: exactly one version of a spell stands."
    ),
    "spells-apart": Fix(
        "Ask the agency which of the two is right, and end the other on its first day"
        " (a spell without a day never was)."
    ),
    "folded-names": Fix(
        "Fold the name again; it only serves to find duplicates.",
        "Folds the name of every person again.",
    ),
    "names-as-decided": Fix(
        "Set the name to what was decided last, or have a change of name decided that says"
        " what it is now."
    ),
    "verified-as-looked-up": Fix(
        "Look the licence up at its source again and record what it said; until then treat it as"
        " unverified."
    ),
    "merged-is-the-fold": Fix(
        "Set what the record is read as to what the standing merges say; then rebuild the standing."
    ),
    "merges-lead-somewhere": Fix(
        "Take back the later of the two merges, with a reason; nothing is lost by that."
    ),
    "no-standing-of-merged-records": Fix(
        "Delete the standing of the record that is read as another one, and rebuild that other"
        " one's: standing is a cache."
    ),
    "joined-as-proposed": Fix(
        "Part the two records again, with a reason, and have the joining proposed and agreed to by"
        " two officers."
    ),
    "joining-lost-nothing": Fix(
        "Set what each record is read as to what the standing merges say; where facts are still"
        " missing, part the records again: both are as they were."
    ),
    "jobs-done": Fix(
        "Read the error beside it, set its cause right, and put it back (the jobs' page, or"
        " `lms.jobs.operations.retry`); a job may run twice."
    ),
    # --- what happened ---
    "corrections-fit": Fix(
        f"{_RESTORE}: a correction of a correction, or of somebody else's fact, was not written"
        " by this academy."
    ),
    "ledger-possible": Fix(
        "Find out who told it. Take the fact back with a reason, and record it again as it was."
    ),
    "active-within-session": Fix(
        f"{_RESTORE}. Measured time credits nothing; the sums that learners see of it are wrong"
        " until then."
    ),
    "active-once": Fix(
        f"{_RESTORE}. Sums count each moment once all the same; the rows show that something else"
        " than the page wrote them."
    ),
    "time-decided-by-another": Fix(
        "Have somebody else look at the contested time, and tell the learner; the decision stays on"
        " record."
    ),
    "ledger-sums": Fix(
        "Two ways of reading the ledger differ: a fault of the program. Report it with the person's"
        " number; nothing is lost."
    ),
    "transcript-sums": Fix(
        "The page tells other hours than count: a fault of the program. Report it with the"
        " person's number; nothing is lost."
    ),
    "attempts-open-or-graded": Fix(f"{_RESTORE}; an attempt is graded once, when it is handed in."),
    "attempts-regrade": Fix(
        f"{_RESTORE}: the score or the key of the question was changed afterwards. Where the key"
        " was wrong, publish a new revision of the question and grade again from its bank."
    ),
    "attempts-in-ledger": Fix(
        "Run the job `evidence_recorded` of the attempt again. A fact without its attempt is taken"
        " back with a reason."
    ),
    "regrades-in-ledger": Fix(
        f"{_RESTORE}. Where the fact of a step is missing, take back what stands of the attempt and"
        " record its newest result again, with the regrade as the reason."
    ),
    "observations-rated": Fix(f"{_RESTORE}; the ratings decide, the score is their sum."),
    "observations-in-ledger": Fix(
        "Where both have signed, record the observation's fact again; where one was withdrawn, take"
        " its fact back with a reason."
    ),
    "hours-reckoned": Fix(
        f"{_RESTORE}, or publish a new version of the course, whose hours are reckoned anew."
    ),
    "hours-complete": Fix("Publish a new version of the course; the old one stays as it was."),
    "versions-decided": Fix(
        f"{_RESTORE}: the decision about a version is part of what was published with it."
    ),
    "versions-retrievable": Fix(
        f"{_RESTORE}: people have a record of these words, which Wagtail keeps as revisions."
    ),
    # --- what it means ---
    "programs-as-published": Fix(
        f"{_RESTORE}: the text is what was published. A change is a new version, through review."
    ),
    "drafts-as-written": Fix(f"{_RESTORE}, or write the draft anew; a reviewer must not trust it."),
    "published-by-another": Fix(
        "Have another officer review the version and publish it again under a new label."
    ),
    "credentials-issued-once": Fix(
        f"{_RESTORE}. A number without its issuing event counts for nobody: until then it reads as"
        " not yet valid."
    ),
    "editions-in-a-chain": Fix(
        f"{_RESTORE}; or issue the period again under the right name, which starts a new chain."
    ),
    "periods-apart": Fix(
        "Let two officers revoke the one that was issued wrongly (reason: issued in error), from"
        " its first day; the other stays."
    ),
    "certificates-add-up": Fix(
        f"{_RESTORE}. The paper that was made has the right hours; compare with it."
    ),
    "credentials-decided": Fix(
        "Decide again from the ledger (`manage.py explain`). Where it was earned, restore the"
        " stored decision from a backup; where not, two officers revoke (issued in error)."
    ),
    "credentials-evidenced": Fix(
        "Restore the facts from a backup. Where they cannot be found, two officers revoke (a"
        " requirement turned out not to be met)."
    ),
    "certificate-codes": Fix(f"{_RESTORE}; a code is on paper and never changes."),
    "certificate-files": Fix(
        "Restore the file from a backup of the store. Do not make it anew over the old name: its"
        " hash is part of history."
    ),
    "standing-is-the-fold": Fix(
        "Rebuild the standing; it is a cache, and the rules and events are right.",
        "Rebuilds the standing of everybody in whom it differs.",
    ),
    "prior-learning-credited": Fix(
        "Take the decision back and decide anew; both leave their facts in the ledger."
    ),
    "prior-learning-papers": _PAPER,
    "revoked-by-two": Fix(
        "Have the revocation set aside on appeal, and proposed and agreed to by two officers."
    ),
    "set-aside-fits": Fix(f"{_RESTORE}: an appeal sets aside only what it was about."),
    "proposals-answered": Fix(
        f"{_RESTORE}, or withdraw the proposal and propose again where one is left open twice."
    ),
    "appeals-decided": Fix(
        "Have the appeal decided anew by an officer who had no part in the decision."
    ),
    "appeal-papers": _PAPER,
    "refusals-decided": Fix(
        f"{_RESTORE}. Until then do not rely on the letter: decide again with `manage.py explain`"
        " as of its date and as known at its instant."
    ),
    "refusal-files": _PAPER,
    "portable-counted": Fix(
        "Import the record again: what is in the ledger already is left alone, what is missing is"
        " written."
    ),
}


def fix_of(name: str) -> Fix:
    """Return what to do about a check; for one that nobody has written about, the cautious way."""
    return FIXES.get(name, UNKNOWN)
