"""A StreamField whose block definitions stay out of migrations."""

from typing import Any

from wagtail.fields import StreamField


class BodyField(StreamField):
    """A page body: a change of its blocks is a change of code, never of the schema."""

    def __init__(self, block_types: Any = None, **options: Any) -> None:
        super().__init__(block_types or [], **options)

    def deconstruct(self) -> Any:
        """Describe the column for migrations, without the blocks."""
        name, path, _args, options = super().deconstruct()
        options.pop("block_lookup", None)
        return name, path, [[]], options
