"""The named cast and the places they work at: the same invented people in tests and demo.

State of High Desert: the agencies Río Vista (sites North and South), Llano, Piñón and, in the
demo only, two more. A second state, Lakeshore, with the agency Harbor, is where strangers come
from. An address is the short key at example.org.
"""

from typing import Final, NamedTuple

from lms.people.forms.second_factor import DEMO_TOTP_SECRET as TOTP_SECRET

PASSWORD: Final = "desert-rain-on-warm-stone"  # noqa: S105 - printed by the demo
ZONE: Final = "America/Denver"
ZONES: Final = {"lakeshore": "America/Chicago"}
STATE: Final = "high-desert"

__all__ = ["PASSWORD", "STATE", "TOTP_SECRET", "ZONE", "ZONES", "CastMember", "Place", "email_of"]


class Place(NamedTuple):
    """An organisation of the demo; ``parent`` is a key."""

    key: str
    name: str
    kind: str
    parent: str | None


class CastMember(NamedTuple):
    """A named person: where, as what, under whom; ``duty`` is (kind, organisation) pairs."""

    key: str
    given_name: str
    family_name: str
    place: str
    role: str
    supervisor: str | None
    duties: tuple[tuple[str, str], ...] = ()


# The part that tests build on; the demo adds MORE_PLACES.
PLACES: Final = (
    Place("high-desert", "State of High Desert", "state", None),
    Place("north-region", "North Region", "region", "high-desert"),
    Place("south-region", "South Region", "region", "high-desert"),
    Place("rio-vista", "Río Vista Family Services", "agency", "north-region"),
    Place("rio-vista-north", "North site", "site", "rio-vista"),
    Place("rio-vista-south", "South site", "site", "rio-vista"),
    Place("llano", "Llano Youth Response", "agency", "south-region"),
    Place("llano-main", "Llano main office", "site", "llano"),
    Place("pinon", "Piñón Community Care", "agency", "north-region"),
    Place("pinon-main", "Piñón main office", "site", "pinon"),
    Place("lakeshore", "State of Lakeshore", "state", None),
    Place("lakeshore-region", "Shore Region", "region", "lakeshore"),
    Place("harbor", "Harbor Crisis Services", "agency", "lakeshore-region"),
    Place("harbor-main", "Harbor main office", "site", "harbor"),
)
MORE_PLACES: Final = (
    Place("central-region", "Central Region", "region", "high-desert"),
    Place("west-region", "West Region", "region", "high-desert"),
    Place("llano-east", "Llano east office", "site", "llano"),
    Place("cottonwood", "Cottonwood Bridge", "agency", "central-region"),
    Place("cottonwood-main", "Cottonwood main office", "site", "cottonwood"),
    Place("cottonwood-mesa", "Mesa office", "site", "cottonwood"),
    Place("red-mesa", "Red Mesa Mobile Team", "agency", "west-region"),
    Place("red-mesa-main", "Red Mesa main office", "site", "red-mesa"),
    Place("red-mesa-border", "Border office", "site", "red-mesa"),
)
# organisation, program: what the demo adopts. mrss-101 is open to all.
ADOPTIONS: Final = (
    ("high-desert", "mrss-orientation"),
    ("high-desert", "nm-mrss"),
    ("red-mesa", "ca-mcbh-mobile"),
    ("cottonwood-mesa", "ct-mcis-pic"),
    ("lakeshore", "mrss-orientation"),
    ("harbor", "uconn-mrss"),
)

PEOPLE: Final = (
    CastMember(
        "bo",
        "Bo",
        "Castillo",
        "rio-vista-north",
        "supervisor",
        None,
        (("agency_manager", "rio-vista"),),
    ),
    CastMember("alma", "Alma", "Reyes", "rio-vista-north", "responder", "bo"),
    CastMember("kofi", "Kofi", "Mensah", "rio-vista-north", "responder", "bo"),
    CastMember("hannah", "Hannah", "Brandt", "rio-vista-north", "clinician", "bo"),
    CastMember("teo", "Teo", "Marquez", "rio-vista-north", "peer", "bo"),
    CastMember("joaquin", "Joaquín", "Lente", "rio-vista-south", "responder", "bo"),
    CastMember("renata", "Renata", "Ortiz", "rio-vista", "coach", None, (("coach", "rio-vista"),)),
    CastMember("lucia", "Lucía", "Tafoya-Begay", "llano-main", "clinician", None),
    CastMember("celeste", "Celeste", "Arroyo", "llano-main", "responder", None),
    CastMember(
        "samir",
        "Samir",
        "Haddad",
        "high-desert",
        "trainer",
        None,
        (("trainer", "high-desert"), ("curriculum_editor", "high-desert")),
    ),
    CastMember(
        "dee",
        "Dee",
        "Whitehorse",
        "high-desert",
        "admin",
        None,
        (("state_auditor", "high-desert"),),
    ),
    CastMember(
        "ines",
        "Inés",
        "Calderón",
        "high-desert",
        "admin",
        None,
        (("certification_officer", "high-desert"),),
    ),
    # The second officer: nobody revokes, publishes or merges alone.
    CastMember(
        "odette",
        "Odette",
        "Baca",
        "high-desert",
        "admin",
        None,
        (("certification_officer", "high-desert"),),
    ),
)


def email_of(key: str) -> str:
    """Return the address of a demo person."""
    return f"{key}@example.org"
