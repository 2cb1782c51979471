"""`GET /api/v1/ping`: tenant by host, token, policies, one tenant-scoped `SELECT 1`, one commit."""

from bench.client import Probe
from bench.ground import Ground

NAME = "GET /api/v1/ping"
BOUND = 2.5


def probe(ground: Ground) -> Probe:
    return Probe(ground.web_port, "/api/v1/ping", ground.headers)
