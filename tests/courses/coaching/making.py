"""Rubric files for the tests."""


def rubric_data(items=3, **changes):
    """Return a rubric file with as many items; only the first is critical."""
    return {
        "key": "first-talk",
        "title": "First talk",
        "version": "2026.1",
        "mode": "practice",
        "hours": 0.5,
        "benchmark_percent": 80,
        "instructions": "Watch one conversation.",
        "items": [
            {
                "id": f"item-{n}",
                "text": f"Does thing {n}.",
                "competency": "C6",
                "critical": n == 1,
                "anchors": {rating: f"Thing {n} at {rating}" for rating in range(4)},
            }
            for n in range(1, items + 1)
        ],
    } | changes
