"""`POST /api/v1/holds`: claims, event, idempotency. Each hold is released again, which is not timed."""

import http.client
import itertools
import json

from bench import load
from bench.client import Probe
from bench.ground import Ground
from saas.demo.load import OFFERING

NAME = "hold"
BOUND = 12


def probe(ground: Ground) -> Probe:
    place = load.laid(ground.urls.superuser)
    starts = itertools.cycle(sorted({slot["starts_at"] for slot in load.slots(ground, place, 20)})[5:])
    headers = {**ground.headers, "Content-Type": "application/json"}

    def body() -> str:
        return json.dumps({"location": place, "offering": OFFERING, "starts_at": next(starts)})

    def release(connection: http.client.HTTPConnection, answer: bytes) -> None:
        connection.request(
            "DELETE", f"/api/v1/holds/{json.loads(answer)['id']}", headers=dict(ground.headers)
        )
        connection.getresponse().read()

    keys = itertools.count()
    return Probe(
        ground.web_port, "/api/v1/holds", headers, "POST", make_body=body, after=release,
        make_headers=lambda: {"Idempotency-Key": f"bench-{next(keys)}"},
    )  # fmt: skip
