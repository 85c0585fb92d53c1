"""Say in words what a history import found: one sentence for every code, and what to do."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from certification.history.reading import Remark

SENTENCES: Final = {
    # Cells.
    "no_person_key": _(
        "The cell is empty. Write the agency’s record ID, the person’s uuid or an e-mail address."
    ),
    "no_credential": _(
        "The cell is empty. Write the requirement or evidence key, or the kind of licence."
    ),
    "no_completed_on": _(
        "The cell is empty. Write the day on which the training was completed, as 2024-03-31."
    ),
    "no_valid_from": _(
        "The cell is empty. Write the first day on which this was valid, as 2024-03-31; a day of"
        " completion is not taken for it."
    ),
    "no_date": _("“%(text)s” is not a day as 2024-03-31. Write year-month-day."),
    "far_date": _(
        "The day must lie between %(first)s and %(last)s. Leave the cell empty for “no end”."
    ),
    "future": _(
        "It has not happened yet: today is %(today)s. Correct the day or leave the row out."
    ),
    "ends_early": _("The last valid day is before the first, %(day)s. Correct one of them."),
    "no_hours": _(
        "“%(text)s” is not a number of hours. Write 0 to %(most)s, with a point and at most two"
        " decimals, as 1.5."
    ),
    "long_evidence": _(
        "Too long: the issuer may have %(issuer)s letters, and the number after the last semicolon"
        " %(number)s. Shorten it."
    ),
    # People.
    "nobody": _(
        "Nobody is found by this. Use the agency’s record ID, the uuid or an e-mail address on"
        " record; names are never matched. Import the roster first if the person is new."
    ),
    "nobody_alone": _(
        "Nobody is found by this. Use the uuid or an e-mail address on record; a record ID is only"
        " known together with --organisation, and names are never matched."
    ),
    "many_people": _("This can mean several people. Write the uuid of one: %(uuids)s"),
    # Credentials.
    "unknown": _(
        "No loaded program counts this, and it is no kind of licence. Write it exactly as the"
        " program does, such as NM-40-01-L or course:mrss-101, or a kind such as LICENCE or CPSW."
    ),
    "unknown_near": _("Nothing is called this. Did you mean %(near)s? Capitals count."),
    "ours": _(
        "This academy’s own certificates are not imported: they are issued when their requirements"
        " are met. Import its parts, one row for each requirement, or ask for prior learning."
    ),
    "group": _(
        "This is a choice among requirements. Name the requirement that was met, not the choice."
    ),
    "long_name": _("A licence can be recorded for a requirement of at most %(most)s letters."),
    # On record.
    "again": _(
        "Row %(row)s is about the same person, credential and day. Keep one of them; add up the"
        " hours if it was more than one lesson."
    ),
    "other_hours": _(
        "This is on record for this day with %(hours)s hours. Make the row the same or leave it"
        " out; to correct the record, take that fact back first."
    ),
    "own_record": _(
        "The academy itself recorded this for the same day (%(kind)s). Leave the row out, or it"
        " would count twice."
    ),
    "other_licence": _(
        "Such a licence from %(day)s is on record with another end, issuer or number. Make the row"
        " the same or leave it out; correct the record where it is."
    ),
    # Notes.
    "taken_back": _("It was imported and taken back; a file does not bring it back."),
    "corrected": _("It was imported and corrected since; the correction stays."),
    "adds_no_hours": _("Without hours it adds nothing to %(names)s."),
    "no_score": _(
        "It does not count toward %(names)s: a pass mark is asked there, and a file has no scores."
        " To attest that it was passed, name that requirement itself."
    ),
    "only_scores": _(
        "It is recorded but counts for nothing: a pass mark is asked for %(names)s, and a file has"
        " no scores. To attest that it was passed, name that requirement itself."
    ),
    "program_decides": _("How long it counts is for the program to say; the dates are noted."),
    "unverified": _("Recorded unverified: it does not count until somebody asked the issuer."),
    "not_kept": _("A licence has no place for %(columns)s; they are not kept."),
}


def sentence(remark: Remark) -> str:
    """Return what a remark says, without its column."""
    return str(SENTENCES[remark.code]) % dict(remark.values)
