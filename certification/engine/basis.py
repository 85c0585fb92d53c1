"""Read and word the basis of a figure: who says so, and how sure we may be."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

CODES: Mapping[str, str] = {
    "V": "sourced",
    "I": "interpretation",
    "G": "unverified",
    "A": "assumption",
    "O": "our own rule",
    "N": "not found",
}
_FIELDS: Mapping[str, str] = {
    "pass": "pass mark",
    "due": "deadline",
    "valid": "validity",
    "counts": "accepted evidence",
    "lookback": "look-back limit",
    "waivable": "cannot be waived",
    "total40h": "40-hour total",
    "types": "ways of earning hours",
    "since": "window",
    "after": "what comes first",
    "window": "renewal window",
    "until": "end of provisional work",
    "supervised": "named supervisor",
}
_PART = re.compile(r"\s*(?P<field>\w+)=(?P<code>not found|\w+)(?P<remark>\([^()]*\))?(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Basis:
    """Codes by field name, the remarks some of them carry, and what could not be read."""

    codes: Mapping[str, str] = field(hash=False)
    remarks: Mapping[str, str] = field(hash=False)
    problems: tuple[str, ...] = ()


def parse_basis(text: str) -> Basis:
    """Read a line such as `exist=V(secondary) hours=A list=not found`.

    "not found" becomes the code N. Problems are returned, not raised, so that a document
    can report all of its own at once.
    """
    codes: dict[str, str] = {}
    remarks: dict[str, str] = {}
    problems: list[str] = []
    at = 0
    while at < len(text.rstrip()):
        part = _PART.match(text, at)
        if part is None:
            problems.append(f"basis cannot be read from {text[at:].strip()!r}")
            break
        at = part.end()
        name, code = part["field"], part["code"]
        code = "N" if code == "not found" else code
        if code not in CODES:
            problems.append(f"unknown basis code {code!r} for {name}")
        if name in codes:
            problems.append(f"basis names {name} twice")
        codes[name] = code
        if part["remark"]:
            remarks[name] = part["remark"].strip("()")
    return Basis(codes, remarks, tuple(problems))


def source_text(clause: str, basis: Basis) -> str:
    """Word the basis of a clause: "NM-101: sourced; hours, pass mark: assumption".

    A field whose code and silence equal those of the clause itself is not repeated.
    """
    exist = basis.codes.get("exist", "A")
    parts = [f"{clause}: {CODES.get(exist, exist)}{_remark(basis, 'exist')}"]
    for code, word in CODES.items():
        names = [
            _FIELDS.get(name, name.replace("_", " ")) + _remark(basis, name)
            for name, given in basis.codes.items()
            if name != "exist" and given == code and (code != exist or name in basis.remarks)
        ]
        if names:
            parts.append(f"{', '.join(names)}: {word}")
    return "; ".join(parts)


def _remark(basis: Basis, name: str) -> str:
    remark = basis.remarks.get(name)
    return f" ({remark})" if remark else ""
