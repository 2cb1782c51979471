"""Until when a clinician decides about a visit that is asked for on request: one table for all clinics.

The patient is never left to wait longer than a day, and always knows two hours ahead.
"""

from datetime import datetime, timedelta

# A decision is due so long after it was asked for, and at the latest so long before the visit begins.
DECIDE_WITHIN = timedelta(hours=24)
DECIDE_AHEAD = timedelta(hours=2)
# What begins sooner than this is not to be had on request: two hours to decide, and two to prepare.
NOTICE = timedelta(hours=4)


def decide_by(starts_at: datetime, now: datetime) -> datetime:
    """Return by when is decided about a visit at *starts_at* that is asked for at *now*."""
    return min(now + DECIDE_WITHIN, starts_at - DECIDE_AHEAD)
