"""Read the ledger of one person as a transcript."""

from certification.dashboards.transcript import Transcript, transcript_of
from certification.engine.requirements import Requirement, walk
from certification.programs.queries import catalogue
from courses.public import evidence_for, particulars_of, subject_titles


def read_transcript(*, person_id: int) -> Transcript:
    """Return every fact about a person, facts that were taken back included.

    A fact is called by its course; one that answers a clause directly, by the clause. The record
    is the person's: it does not depend on where they work, or whether they do.
    """
    evidence = evidence_for(person_ids=[person_id], include_reversed=True)
    subjects = {each.subject for each in evidence}
    known = {key: title for key, (title, _) in subject_titles(subjects=subjects).items()}
    return transcript_of(
        evidence,
        _clause_titles(subjects - known.keys()) | known,
        particulars_of(person_ids=[person_id], evidence=evidence),
    )


def _clause_titles(subjects: set[str]) -> dict[str, str]:
    """Return the titles of those subjects that are clauses of a program, or name one."""
    titles: dict[str, str] = {}
    if not subjects:
        return titles
    for versions in catalogue().versions.values():
        for _, node in walk(versions[-1].rules.requirements):
            if isinstance(node, Requirement):
                for key in subjects.intersection(node.keys):
                    titles.setdefault(key, node.title)
    return titles
