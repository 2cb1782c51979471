"""Jobs of the demo: its books are written by the worker, a day at a time, so that nobody waits for them."""

from saas.demo import books
from saas.jobs import queue
from saas.kernel import clock


@queue.task("demo.write_books")
def write_books(number: str) -> None:
    """Write one day of the books, and let the next one follow."""
    now, at = clock.now(), int(number)
    days = tuple(books.days(now.date()))
    if at < len(days):
        books.write_day(days[at], now)
        write_books.defer(number=at + 1)
