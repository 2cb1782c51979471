"""`GET /api/v1/availability`: a single-segment visit with a room, 14 and 30 days ahead."""

from bench import load
from bench.client import Probe
from bench.ground import Ground
from saas.demo.load import OFFERING


class Search:
    """A search of some days; a benchmark like a module of its own."""

    def __init__(self, days: int, bound: float) -> None:
        self.days, self.BOUND = days, bound
        self.NAME = f"search {days} days"
        self.__name__ = f"bench.search{days}"

    def probe(self, ground: Ground) -> Probe:
        place = load.laid(ground.urls.superuser)
        path = f"/api/v1/availability?location={place}&offering={OFFERING}&days={self.days}"
        return Probe(ground.web_port, path, ground.headers)


FORTNIGHT, MONTH = Search(14, 12), Search(30, 16)
