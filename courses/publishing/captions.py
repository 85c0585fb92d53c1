"""Read captions, WebVTT or SRT, and say line by line what is wrong with them. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

MOST_CUES: Final = 20_000
# Captions may run out a little after the sound does.
GRACE_MS: Final = 1_000
_TIME: Final = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)[.,](\d{3})"
_TIMING: Final = re.compile(rf"^{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t]+(.*))?$")
_TAG: Final = re.compile(r"<[^>]*>")
_MARKUP: Final = re.compile(r"</?(?:b|i|u|c|v|lang|ruby|rt)(?:[ .][^<>]*)?>|<\d[\d:.]*>")
_NUMBER: Final = re.compile(r"^\d+$")


class BadCaptions(ValueError):
    """The captions cannot be used; ``faults`` holds (line, what) of everything that is wrong."""

    def __init__(self, faults: Sequence[tuple[int, str]]) -> None:
        super().__init__("; ".join(f"line {line}: {what}" for line, what in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption: from and until in milliseconds, and its words."""

    line: int
    start: int
    end: int
    words: str


def read_captions(text: str, *, seconds: int = 0) -> list[Cue]:
    """Return the cues of a WebVTT or SRT file, in order.

    ``seconds``: how long the recording runs; 0: not known.

    Raises:
        BadCaptions: with everything that is wrong.
    """
    faults: list[tuple[int, str]] = []
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    web = re.match(r"WEBVTT(?:[ \t]|$)", lines[0]) is not None
    if lines[0].upper().startswith("WEBVTT") and not web:
        faults.append((1, "the first line must be WEBVTT alone or followed by a space"))
    cues = list(_cues(lines, 1 if web else 0, web, faults))
    if not cues and not faults:
        faults.append((1, "there is no caption in it"))
    if len(cues) > MOST_CUES:
        faults.append((cues[MOST_CUES].line, f"more than {MOST_CUES} captions"))
    _check_order(cues, seconds, faults)
    if faults:
        raise BadCaptions(sorted(faults))
    return cues


def _cues(
    lines: Sequence[str], first: int, web: bool, faults: list[tuple[int, str]]
) -> Iterator[Cue]:
    for number, block in _blocks(lines, first):
        if web and re.match(r"(NOTE|STYLE|REGION)([ \t]|$)", block[0]):
            continue
        at = next((place for place, line in enumerate(block[:2]) if "-->" in line), None)
        if at is None:
            # The lines right below WEBVTT are its header, if they are no caption.
            if not (web and number == first + 1):
                faults.append((number, "a caption without its times"))
            continue
        if at == 1 and not web and not _NUMBER.match(block[0].strip()):
            faults.append((number, "SRT numbers its captions"))
        line = number + at
        timing = _TIMING.match(block[at].strip())
        if timing is None:
            faults.append((line, "times are written 00:01:02.500 --> 00:01:04.000"))
            continue
        if web and "," in block[at].partition("-->")[0]:
            faults.append((line, "WebVTT writes a point before the milliseconds"))
        words = block[at + 1 :]
        if any("-->" in each for each in words):
            faults.append((line, "an empty line is missing before the next caption"))
        if not any(_TAG.sub("", each).strip() for each in words):
            faults.append((line, "a caption without words"))
        parts = timing.groups()
        yield Cue(line, _instant(parts[:4]), _instant(parts[4:8]), "\n".join(words).strip())


def _blocks(lines: Sequence[str], first: int) -> Iterator[tuple[int, list[str]]]:
    """Yield runs of lines that are not empty, with the number of their first line."""
    block: list[str] = []
    for number, line in enumerate([*lines[first:], ""], start=first + 1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _instant(parts: Sequence[str | None]) -> int:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def _check_order(cues: Sequence[Cue], seconds: int, faults: list[tuple[int, str]]) -> None:
    before = 0
    for cue in cues:
        if cue.end <= cue.start:
            faults.append((cue.line, "a caption ends before it begins"))
        if cue.start < before:
            faults.append((cue.line, "a caption begins before the one above it"))
        if seconds and cue.end > seconds * 1000 + GRACE_MS:
            faults.append((cue.line, f"a caption ends after the recording of {seconds} seconds"))
        before = cue.start


def to_webvtt(cues: Sequence[Cue]) -> str:
    """Return captions as a WebVTT file."""
    blocks = [
        f"{_written(cue.start)} --> {_written(cue.end)}\n{_safe(cue.words)}\n" for cue in cues
    ]
    return "WEBVTT\n\n" + "\n".join(blocks)


def _safe(words: str) -> str:
    """Return words with the tags that WebVTT knows; SRT files carry fonts and colours."""
    kept = [tag for tag in _TAG.findall(words) if _MARKUP.fullmatch(tag)]
    return _TAG.sub(lambda found: found[0] if found[0] in kept else "", words)


def _written(instant: int) -> str:
    seconds, thousandths = divmod(instant, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{thousandths:03}"


def transcript_of(cues: Sequence[Cue]) -> str:
    """Return the words of captions as running text: a paragraph where somebody falls silent.

    Source: a silence of two seconds; an offer for the editor to mend, never the last word.
    """
    paragraphs: list[list[str]] = []
    last = None
    for cue in cues:
        words = " ".join(_TAG.sub("", cue.words).split())
        if last is None or cue.start - last.end >= 2_000:
            paragraphs.append([])
        # Captions that roll repeat the line before.
        if not paragraphs[-1] or paragraphs[-1][-1] != words:
            paragraphs[-1].append(words)
        last = cue
    return "\n\n".join(" ".join(words) for words in paragraphs)
