"""`GET /api/v1/schedule`: every resource of a location with its claims, a day and a week."""

from bench import load
from bench.client import Probe
from bench.ground import Ground


class Schedule:
    """The schedule of some days; a benchmark like a module of its own."""

    def __init__(self, days: int, bound: float) -> None:
        self.days, self.BOUND = days, bound
        self.NAME = f"schedule, {days} days" if days > 1 else "schedule, 1 day"
        self.__name__ = f"bench.schedule{days}"

    def probe(self, ground: Ground) -> Probe:
        place = load.laid(ground.urls.superuser)
        return Probe(ground.web_port, f"/api/v1/schedule?location={place}&days={self.days}", ground.headers)


DAY, WEEK = Schedule(1, 10), Schedule(7, 25)
