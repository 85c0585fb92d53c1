"""Write and read JSON in the one form that is signed (RFC 8785, JCS); pure.

Source: RFC 8785. Numbers are written as ECMAScript writes them; the documents that we sign hold
whole numbers and text alone, decimals being text, so that no reader can lose a digit.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import isfinite
from typing import Any, Final, NoReturn

MOST_WHOLE: Final = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly (RFC 8785, 3.2.2.3)."""
DEEPEST: Final = 64


class NotCanonical(ValueError):
    """The value, or the text, is nothing that JSON can say in one way alone."""


def canonical(value: Any) -> bytes:
    """Return the canonical UTF-8 text of a JSON value.

    Raises:
        NotCanonical: it holds NaN, an endless or too large number, half a surrogate pair, a key
            that is no text, something that is not JSON, or is nested too deeply.
    """
    parts: list[str] = []
    _write(value, parts.append, 0)
    try:
        return "".join(parts).encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("half a surrogate pair") from error


def read(data: bytes) -> Any:
    """Return the JSON value of a UTF-8 text, where no key is written twice in an object.

    Raises:
        NotCanonical: it is not JSON, or says something twice.
    """
    try:
        return json.loads(
            data.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_whole,
        )
    except NotCanonical:
        raise
    except (ValueError, RecursionError) as error:
        raise NotCanonical(f"not readable as JSON: {error}") from error


def _write(value: Any, put: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise NotCanonical("nested too deeply")
    if value is None or isinstance(value, bool):
        put({None: "null", True: "true", False: "false"}[value])
    elif isinstance(value, str):
        # Python's escapes are those of RFC 8785, 3.2.2.2; everything else is written as it is.
        put(json.dumps(value, ensure_ascii=False))
    elif isinstance(value, int):
        if abs(value) > MOST_WHOLE:
            raise NotCanonical(f"{value} is too large")
        put(str(int(value)))
    elif isinstance(value, float):
        put(_number(value))
    elif isinstance(value, Mapping):
        put("{")
        for place, key in enumerate(sorted(value, key=_key)):
            put("," if place else "")
            put(f"{json.dumps(key, ensure_ascii=False)}:")
            _write(value[key], put, depth + 1)
        put("}")
    elif isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        put("[")
        for place, each in enumerate(value):
            put("," if place else "")
            _write(each, put, depth + 1)
        put("]")
    else:
        raise NotCanonical(f"{type(value).__name__} is not JSON")


def _key(key: Any) -> bytes:
    """Order keys by their UTF-16 code units (RFC 8785, 3.2.3)."""
    if not isinstance(key, str):
        raise NotCanonical(f"the key {key!r} is no text")
    return key.encode("utf-16-be", "surrogatepass")


def _number(value: float) -> str:
    """Write a number as ECMAScript does: the shortest digits that mean it and no other."""
    if not isfinite(value):
        raise NotCanonical("not a number")
    if value == 0:
        return "0"
    # Python finds the same shortest digits; only the layout differs.
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    text, point = "".join(map(str, digits)), len(digits) + int(exponent)
    if 0 < point <= 21:
        body = text.ljust(point, "0") if len(text) <= point else f"{text[:point]}.{text[point:]}"
    elif -6 < point <= 0:
        body = f"0.{'0' * -point}{text}"
    else:
        body = f"{text[0]}{'.' if text[1:] else ''}{text[1:]}e{point - 1:+d}"
    return f"-{body}" if sign else body


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotCanonical("a key is written twice")
    return found


def _whole(text: str) -> int | float:
    """Return a whole number; beyond `MOST_WHOLE` the float that every other reader makes of it."""
    if len(text) < 16:
        return int(text)
    number = float(text)
    return int(text) if abs(number) <= MOST_WHOLE else number


def _constant(name: str) -> NoReturn:
    raise NotCanonical(f"{name} is not a number of JSON")
