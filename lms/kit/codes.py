"""Make, tidy and check the codes printed on certificates: MRSS-XXXX-XXXX-C."""

import enum
import re
import unicodedata
from random import Random
from typing import Final

from stdnum.iso7064 import mod_37_36

ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ3789"
"""Letters and digits that are not mistaken for each other on paper or by telephone."""

PREFIX: Final = "MRSS"
BODY_LENGTH: Final = 8
LONGEST_INPUT: Final = 100

_CODE_LENGTH: Final = BODY_LENGTH + 1
# The form on paper is the common case on the public page, which counts microseconds.
_PRINTED: Final = re.compile(f"{PREFIX}-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}-[{ALPHABET}]")
_ALLOWED: Final = frozenset(ALPHABET)
_ASCII_UPPER: Final = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
# Not every dash is in the Unicode category "dash": word processors also write a minus sign.
_MINUS_SIGNS: Final = frozenset("\u2212\u02d7\u00ad")


class CodeCheck(enum.StrEnum):
    """What can be told about a code without looking it up."""

    OK = "ok"
    MALFORMED = "malformed"
    BAD_CHECK_DIGIT = "bad_check_digit"


def new_code(rng: Random) -> str:
    """Return a new certificate code drawn from `rng`.

    Pass `secrets.SystemRandom()` for real certificates, so that codes cannot be guessed, and a
    seeded `random.Random` in tests and demos.
    """
    return _format("".join(rng.choice(ALPHABET) for _ in range(BODY_LENGTH)))


def normalise(text: str) -> str:
    """Return `text` in the printed form of a code, as far as it can be read as one.

    Case, spaces, missing or typographic dashes, full-width letters and a missing "MRSS" are
    forgiven. Text that cannot be a code comes back tidied, never raises and is at most
    `LONGEST_INPUT` characters long.
    """
    if _PRINTED.fullmatch(text):
        return text
    tidy = unicodedata.normalize("NFKC", text[:LONGEST_INPUT])[:LONGEST_INPUT]
    tidy = "".join("-" if _is_dash(char) else char for char in tidy if not _is_invisible(char))
    # Once more, as an accent may now stand beside a letter that it joins.
    tidy = unicodedata.normalize("NFKC", tidy.translate(_ASCII_UPPER))
    letters = tidy.replace("-", "")
    if len(letters) == len(PREFIX) + _CODE_LENGTH and letters.startswith(PREFIX):
        letters = letters.removeprefix(PREFIX)
    if len(letters) == _CODE_LENGTH:
        return f"{PREFIX}-{letters[:4]}-{letters[4:8]}-{letters[8]}"
    return tidy


def check(text: str) -> CodeCheck:
    """Tell whether `text`, in any form that `normalise` forgives, can be a certificate code.

    The check character covers the eight random characters. It catches every single wrong
    character and nearly every swap of neighbours.
    Source: ISO/IEC 7064, hybrid system MOD 29,28 over `ALPHABET`.
    """
    parts = normalise(text).split("-")
    if [len(part) for part in parts] != [4, 4, 4, 1] or parts[0] != PREFIX:
        return CodeCheck.MALFORMED
    letters = "".join(parts[1:])
    if not _ALLOWED.issuperset(letters):
        return CodeCheck.MALFORMED
    if not mod_37_36.is_valid(letters, ALPHABET):
        return CodeCheck.BAD_CHECK_DIGIT
    return CodeCheck.OK


def _format(body: str) -> str:
    return f"{PREFIX}-{body[:4]}-{body[4:]}-{mod_37_36.calc_check_digit(body, ALPHABET)}"


def _is_dash(char: str) -> bool:
    return unicodedata.category(char) == "Pd" or char in _MINUS_SIGNS or char == "_"


def _is_invisible(char: str) -> bool:
    # The soft hyphen is a format character, but people who copy a code mean it as a dash.
    return char.isspace() or (unicodedata.category(char) == "Cf" and char not in _MINUS_SIGNS)
