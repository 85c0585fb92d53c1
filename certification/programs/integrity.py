"""Whether the published programs are the texts that were published."""

from collections.abc import Iterator

from certification.programs.document import ProgramError, parse
from certification.programs.models import ProgramVersion
from lms.kit.integrity import Check, check


def integrity() -> list[Check]:
    """Return every check of this applet."""
    return [
        check(
            "programs-as-published",
            "The text of every program version can be read and has the stored digest.",
            _altered(),
        )
    ]


def _altered() -> Iterator[str]:
    for version in ProgramVersion.objects.select_related("program").order_by("pk"):
        name = f"{version.program.key} {version.label}"
        try:
            rules = parse(version.source)
        except ProgramError as error:
            yield f"{name}: {error}"
            continue
        if rules.digest != version.digest:
            yield f"{name}: digest {rules.digest[:12]}, stored {version.digest[:12]}"
