"""End a Wagtail workflow: pages of a course are approved, and published with the next version.

Wagtail imports this while it makes its own models, so it imports nothing of them at the top.
"""

from typing import Any


def finish_workflow(workflow_state: Any, user: Any = None) -> None:
    """Publish what was approved, unless it is part of a course."""
    from wagtail.workflows import publish_workflow_state

    # A workflow holds pages as plain pages, and other things as what they are.
    found = workflow_state.content_object
    kind = getattr(found, "specific_class", None) or type(found)
    if getattr(kind, "published_by_version", False):
        return
    publish_workflow_state(workflow_state, user=user)
