"""The days on which an answer may change: between two of them it is the same, so it is asked once."""

from collections.abc import Iterator
from datetime import date, timedelta

from saas.credentials import choosing
from saas.credentials.circumstances import Act, Circumstances
from saas.credentials.requirements import anniversary


def next_after(act: Act, it: Circumstances) -> date | None:
    """Return the first day after the one asked about on which the answer may be another; None: never."""
    return min((day for day in days(act, it) if day > it.on), default=None)


def days(act: Act, it: Circumstances) -> Iterator[date]:
    """Yield each day from which on an answer about *act* may be another than on the day before."""
    rules = [
        *choosing.about(it.pack, it.jurisdiction, act.act),
        *choosing.about(it.pack, it.pack.country, act.act),
    ]
    years = {
        entry.licensed_years for rule in rules for entry in rule.entries(act.act) if entry.licensed_years
    }
    for rule in rules:
        yield from _of(rule.effective_from, rule.effective_to)
    for under in it.supervisors:
        yield from _of(under.starts_on, under.ends_on)
        for held in under.performer.credentials:
            yield from _of(held.issued_on, held.expires_on)
    for one in it.performer.credentials:
        yield from _of(one.issued_on, one.expires_on)
        if one.issued_on:
            yield from (anniversary(one.issued_on, number) for number in years)


def _of(first: date | None, last: date | None) -> Iterator[date]:
    if first:
        yield first
    if last and last < date.max:
        yield last + timedelta(days=1)
