"""A visit that its patient may not move themselves any more: said on its page, not only when they try."""

from datetime import UTC, datetime

import psycopg
import pytest

from saas.db.settings import Urls
from saas.kernel import clock
from tests.booking.patients import Visitor
from tests.booking.test_patient_pages_managing import mailed, state
from tests.journeys.kit import Clinic

START = "2030-02-13T10:00"
THREE_HOURS_BEFORE = datetime(2030, 2, 13, 12, tzinfo=UTC)
TOO_LATE = "This visit can be moved here until 4 hours before it begins. Please call us."
TOO_OFTEN = "This visit can be moved here 4 times at most. Please call us to move it again."


def moved_often(database: Urls, clinic: Clinic) -> None:
    """Let the visit have been moved by its patient as often as its policy lets them."""
    with psycopg.connect(database.superuser) as connection:
        connection.execute("UPDATE appointments SET moves_online = 4 WHERE tenant_id = %s", [clinic.id])


def test_in_time_the_button_is_there(elm: Clinic) -> None:
    page = Visitor(elm).look(f"/m/{mailed(elm)[1]}")
    assert "Move the visit" in page.text
    assert TOO_LATE not in page.text


def test_too_late_it_says_so_and_offers_cancelling_only(elm: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    _, secret = mailed(elm)
    monkeypatch.setattr(clock, "now", lambda: THREE_HOURS_BEFORE)
    page = Visitor(elm).look(f"/m/{secret}")
    assert TOO_LATE in page.text
    assert "/times" not in page.response.text
    assert "Cancel this visit" in page.text


def test_moved_too_often_it_says_so_and_offers_cancelling_only(elm: Clinic, database: Urls) -> None:
    _, secret = mailed(elm)
    moved_often(database, elm)
    page = Visitor(elm).look(f"/m/{secret}")
    assert TOO_OFTEN in page.text
    assert "/times" not in page.response.text
    assert "Cancel this visit" in page.text


@pytest.mark.parametrize("way", ["times", "move?slot=anyone+2030-02-14T15:00:00%2B00:00"])
def test_an_address_kept_from_before_says_why_too(elm: Clinic, database: Urls, way: str) -> None:
    _, secret = mailed(elm)
    moved_often(database, elm)
    page = Visitor(elm).look(f"/m/{secret}/{way}")
    assert TOO_OFTEN in page.text
    assert not page.slots()


def test_a_page_from_before_moves_nothing_and_says_why(
    elm: Clinic, database: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, secret = mailed(elm)
    visitor = Visitor(elm)
    review = visitor.press(visitor.look(f"/m/{secret}/times?day=2030-02-14").slots()[0])
    monkeypatch.setattr(clock, "now", lambda: THREE_HOURS_BEFORE)
    refused = visitor.send(review)
    assert refused.status == 409
    assert TOO_LATE in refused.text
    assert state(database, elm) == ("confirmed", START)
