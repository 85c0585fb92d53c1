"""True or false: the value is "true" or "false", and the page names them in its own language."""

from random import Random

from courses.assessment.items.item import Item, option_ids
from courses.assessment.items.single import accepted, complete, credit, face, from_form, told

__all__ = ["accepted", "arranged", "complete", "credit", "face", "from_form", "told"]


def arranged(item: Item, rng: Random) -> list[str]:
    """Return true before false, always: another order would only confuse."""
    return sorted(option_ids(item), reverse=True)
