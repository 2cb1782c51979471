"""Time as bits: one Python integer a resource, bit g set where granule g (five minutes) is free.

All pure. A window begins at an instant on the granule; free time is rounded inward, claims outward.
"""

from collections.abc import Iterable, Iterator, Sequence

from saas.kernel.spans import Span

GRANULE_SECONDS = 300
GRANULE_MINUTES = 5


def granules(minutes: int) -> int:
    """Return how many granules *minutes* need, rounded up."""
    return -(-minutes // GRANULE_MINUTES)


def widened(spans: Iterable[Span]) -> list[tuple[int, int]]:
    """Return *spans* (minutes) as offset and length in granules, widened to whole ones."""
    return [
        (span.start // GRANULE_MINUTES, granules(span.end) - span.start // GRANULE_MINUTES) for span in spans
    ]


def any_of(found: Iterable[int]) -> int:
    """Return where any of the masks is set."""
    mask = 0
    for one in found:
        mask |= one
    return mask


def of_free(spans: Iterable[tuple[int, int]], size: int) -> int:
    """Return the mask of *spans* (seconds from the start), rounded inward, within *size* granules."""
    mask = 0
    for start, end in spans:
        first, last = max(0, -(-start // GRANULE_SECONDS)), min(size, end // GRANULE_SECONDS)
        if first < last:
            mask |= ((1 << (last - first)) - 1) << first
    return mask


def of_busy(spans: Iterable[tuple[int, int]], size: int) -> int:
    """Return the mask of *spans* (seconds from the window's start), rounded outward, within *size* granules."""
    digits = bytearray(b"0") * size
    for start, end in spans:
        first, last = start // GRANULE_SECONDS, -(-end // GRANULE_SECONDS)
        if first < 0:
            first = 0
        if last > size:
            last = size
        if start < end and first < last:
            digits[first:last] = b"1" * (last - first)
    return int(digits[::-1] or b"0", 2)


def covers(mask: int, start: int, end: int) -> bool:
    """Whether all granules of a span (seconds from the window's start), rounded outward, are set in *mask*."""
    first, last = start // GRANULE_SECONDS, -(-end // GRANULE_SECONDS)
    return first >= 0 and not (((1 << max(0, last - first)) - 1) << first) & ~mask


def starts(free: int, length: int) -> int:
    """Return where *length* free granules in a row begin, in ⌈log₂ length⌉ shifts. 0 is everywhere."""
    have = 1
    while have < length:
        step = min(have, length - have)
        free &= free >> step
        have += step
    return free


def fitting(free: int, spans: Sequence[tuple[int, int]]) -> int:
    """Return the visit's starts at which every span (offset, length in granules) lies in *free*."""
    found = -1
    for offset, length in spans:
        found &= starts(free, length) >> offset
    return found


def tidy(free: int, length: int, shortest: int) -> tuple[int, int]:
    """Return the starts that leave no useless gap before, and those that leave none after.

    A gap is useless when it is shorter than the *shortest* visit, in granules.
    """
    runs = starts(free, shortest)
    before = ~(free << 1) | (runs << shortest)
    after = (~free >> length) | (runs >> length)
    return before, after


def bits(mask: int) -> Iterator[int]:
    """Yield the granules set in *mask*, earliest first; *mask* is finite (not negative)."""
    digits = digits_of(mask)
    at = digits.find("1")
    while at >= 0:
        yield at
        at = digits.find("1", at + 1)


def digits_of(mask: int) -> str:
    """Return *mask* as text, granule 0 first: looking at many granules is faster there than by shifting."""
    return bin(mask)[:1:-1]
