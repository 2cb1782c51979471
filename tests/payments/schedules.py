"""Shuffled schedules of what is seen: each look up to ten times, a tenth lost, the last one always made."""

from collections.abc import Sequence
from random import Random
from typing import Any

PAID = (("open", False), ("open", False), ("complete", True))
LAPSED = (("open", False), ("expired", False))
REFUNDS = {
    ("succeeded",): "done", ("pending", "succeeded"): "done", ("pending", "requires_action", "succeeded"): "done",
    ("pending", "failed"): "failed", ("succeeded", "failed"): "failed", ("pending", "canceled"): "failed",
}  # fmt: skip
DISPUTES = {
    ("needs_response",): "open", ("needs_response", "under_review", "won"): "won",
    ("needs_response", "under_review", "lost"): "lost", ("warning_needs_response", "warning_closed"): "won",
    ("warning_needs_response", "needs_response", "lost"): "lost",
}  # fmt: skip


def shuffled(story: Sequence[Any], random: Random) -> list[Any]:
    """Return the looks at a story in any order, up to ten of each, without a tenth; then the last one."""
    looks = [each for each in story for _ in range(random.randint(1, 10))]
    kept = [each for each in looks if random.random() >= 0.1]
    random.shuffle(kept)
    return [*kept, story[-1]]
