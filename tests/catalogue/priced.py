"""An offering with prices, and whom and when they are asked for."""

from datetime import date
from typing import Any
from uuid import UUID

from saas.catalogue.contents import Category, Offering, PriceRule, Segment, SegmentKind
from saas.catalogue.pricing import Circumstances

NOBODY = UUID(int=0)
TODAY = date(2026, 11, 20)


def offering(*rules: PriceRule, **changes: Any) -> Offering:
    """Return an offering of one hour with these prices."""
    plain: dict[str, Any] = {
        "id": NOBODY, "version_id": NOBODY, "slug": "visit", "name": {"en": "Visit"},
        "category": Category.AESTHETICS, "procedures": ("microneedling",), "locations": ("phoenix", "york"),
        "segments": (Segment(SegmentKind.HANDS_ON, 60),), "prices": rules,
    }  # fmt: skip
    return Offering(**{**plain, **changes})


def asked(practitioner: str | None = "ana", tier: str | None = None, location: str = "phoenix",
          on: date = TODAY, currency: str = "USD") -> Circumstances:  # fmt: skip
    """Return the circumstances of a visit, with Ana in Phoenix today unless said otherwise."""
    return Circumstances(location, practitioner, tier, on, currency)
