"""`GET /api/v1/availability`, 14 and 30 days ahead: a visit with a room, and one composed of two roles, a room
and a device, with a gap in which its practitioner is free.
"""

from bench import composed, load
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


class Composed(Search):
    """A search of a visit with its add-on."""

    def __init__(self, days: int, bound: float) -> None:
        super().__init__(days, bound)
        self.NAME = f"search {days} days, composed"
        self.__name__ = f"bench.composed{days}"

    def probe(self, ground: Ground) -> Probe:
        place = composed.laid(ground.urls.superuser)
        path = (
            f"/api/v1/availability?location={place}&offering={composed.OFFERING}&add_on={composed.ADD_ON}"
            f"&days={self.days}"
        )
        return Probe(ground.web_port, path, ground.headers)


FORTNIGHT, MONTH = Search(14, 12), Search(30, 16)
COMPOSED_FORTNIGHT, COMPOSED_MONTH = Composed(14, 12), Composed(30, 16)
