"""What is promised with a hold: the quote for just this visit, with whom it was placed, on its own day."""

from datetime import date

from saas.billing import quotes
from saas.billing.quoting import Quote
from saas.booking import costs
from saas.booking.asking import Wish
from saas.scheduling.models import Appointment


def promise(row: Appointment, wish: Wish) -> None:
    """Freeze what the held visit costs, where it costs anything. NoPrice."""
    quoted = _quote(row, wish)
    if quoted is not None:
        quotes.freeze(row.id, quoted, wish.place.legal_entity_id, wish.place.id)


def _quote(row: Appointment, wish: Wish) -> Quote | None:
    on = date.fromisoformat(row.wall_start[:10])
    person = wish.practice.practitioners.get(row.practitioner_id) if row.practitioner_id else None
    return costs.quote(wish, person, on)
