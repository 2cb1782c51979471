"""The owner opens the books, and goes from a sum down to the act behind each line."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest

from saas.db import session
from saas.db.settings import Urls
from saas.identity.roles import Role
from saas.kernel import ids
from saas.kernel.actors import Actor, ActorKind
from saas.ledger import posting
from saas.ledger.chart import Code, Ref
from saas.ledger.posting import Heading
from saas.practice import places
from tests.ground import within
from tests.journeys import kit
from tests.journeys.kit import Browser, Clinic
from tests.ledger.books import CLEARING, DAY, FEES, Books, deposit
from tests.web import pseudo

DATED = f"?as_of={DAY.isoformat()}"


@pytest.fixture(scope="module")
def opened(urls: Urls) -> tuple[Clinic, dict[str, UUID]]:
    """A clinic of its own with sixty deposits, one of them delivered, one reversed."""
    session.connect(urls.app, pool_size=2)
    clinic, made = kit.open_clinic("riverstone"), {}
    with within(clinic.id):
        place = next(p for p in places.list_locations() if p.slug == "phoenix")
        books = Books(place.legal_entity_id, place.id)
        boss = Actor(ActorKind.USER, clinic.staff[Role.OWNER])
        visits = [ids.new() for _ in range(60)]
        paid = [books.pay(10_000 + n, visit, visit).id for n, visit in enumerate(visits)]
        lines = [
            books.line(deposit(visits[0]), Ref(Code.REVENUE, place.id), 10_000),
            books.line(FEES, CLEARING, 320),
        ]
        posting.post(Heading("visit.delivered", visits[0], DAY, boss), lines)
        back = posting.reverse(paid[1], boss, "Entered <twice>", DAY)
        made = {
            "entity": books.entity,
            "visit": visits[0],
            "second": visits[1],
            "paid": paid[1],
            "back": back.id,
        }
    session.dispose()
    return clinic, made


@pytest.fixture
def made(opened: tuple[Clinic, dict[str, UUID]], database: Urls) -> dict[str, UUID]:
    return opened[1]


@pytest.fixture
def owner(opened: tuple[Clinic, dict[str, UUID]], database: Urls) -> Browser:
    return kit.log_in_as(opened[0], Role.OWNER)


def follow(browser: Browser, page: str, label: str) -> str:
    """Return the page behind the first link whose text begins with *label*."""
    found = re.search(rf'<a [^>]*href="([^"]+)"[^>]*>{re.escape(label)}', page)
    assert found, label
    return page_at(browser, found.group(1).replace("&amp;", "&"))


def page_at(browser: Browser, path: str) -> str:
    response = browser.get(path)
    assert response.status_code == 200, path
    return response.text


def cells(page: str, label: str) -> list[str]:
    """Return both sides of a line of the trial balance."""
    [row] = [row for row in page.split("<tr") if f">{label}<" in row]
    return [
        re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
    ]


def said(page: str) -> str:
    """Return the page as it is read."""
    main = page[page.index("<main") :]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_the_trial_balance_is_per_entity_and_balances(owner: Browser, made) -> None:
    page = page_at(owner, f"/staff/ledger{DATED}")
    read = said(page)
    assert "Riverstone Arizona LLC balanced" in read
    assert "Riverstone Metro PC" not in read
    assert cells(page, "Deposits for visits") == ["", "5,817.69"]
    assert cells(page, "Processing fees") == ["3.20", ""]
    assert cells(page, "Revenue, Riverstone Phoenix") == ["", "100.00"]
    debit, credit = cells(page, "Total")
    assert debit == credit == "5,917.69"


def test_before_the_first_entry_the_page_teaches(owner: Browser, elm: Clinic) -> None:
    assert "No money has moved yet" in page_at(owner, "/staff/ledger?as_of=2020-01-01")
    assert "No money has moved yet" in page_at(
        kit.log_in_as(elm, Role.MANAGER), "/staff/ledger?as_of=nonsense"
    )


def test_from_a_sum_to_the_account_to_the_line_to_its_cause(owner: Browser, made) -> None:
    page = page_at(owner, f"/staff/ledger{DATED}")
    behind = follow(owner, page, "Deposits for visits")
    assert said(behind).count("Visit ") == 50
    older = follow(owner, behind, "Older accounts")
    assert said(older).count("Visit ") == 10
    account = follow(owner, older, f"Visit {made['visit'].hex[-8:]}")
    assert f'href="/staff/appointments/{made["visit"]}"' in account
    assert "Balance now $0.00" in said(account)
    entry = follow(owner, account, "Visit delivered")
    assert "From (credit)" in entry
    assert "Deposits for visits" in said(entry)


def test_a_statement_goes_on_to_its_first_line(owner: Browser) -> None:
    page = follow(owner, page_at(owner, f"/staff/ledger{DATED}"), "Card payments on their way")
    assert page.count("Deposit paid") == 48  # two others are newer: the fee and the reversal
    older = follow(owner, page, "Older lines")
    assert (older.count("Deposit paid"), "Older lines" in older) == (12, False)
    assert "Balance now" not in older
    assert "Balance now" in follow(owner, older, "Newest lines")


def test_a_reversal_shows_why_and_by_whom_and_what_it_takes_back(owner: Browser, made) -> None:
    reversal = page_at(owner, f"/staff/ledger/entries/{made['back']}")
    assert "Entered &lt;twice&gt;" in reversal
    assert "<twice>" not in reversal
    assert re.search(r"By \w+ \w+ Reason Entered", said(reversal))
    original = follow(owner, reversal, "the entry it mirrors")
    assert "This entry was taken back." in original
    assert follow(owner, original, "See the reversal") == page_at(
        owner, f"/staff/ledger/entries/{made['back']}"
    )


@pytest.mark.parametrize(
    "path",
    ["accounts/{no}", "entries/{no}", "{entity}/USD/nonsense", "{entity}/EUR/deposits", "{no}/USD/deposits",
     "accounts/x", "accounts/{account}?before=x", "accounts/{account}?before=2026-01-01_x",
     "accounts/{account}?before=x_01a1f8ba417d7329a745"],
)  # fmt: skip
def test_an_address_that_was_made_up_is_nothing(owner: Browser, made, path: str) -> None:
    page = page_at(owner, f"/staff/ledger{DATED}")
    found = re.search(r"/staff/ledger/accounts/([0-9a-f-]+)", page)
    assert found
    path = path.format(no=ids.new(), entity=made["entity"], account=found.group(1))
    assert owner.get(f"/staff/ledger/{path}").status_code == 404


def test_the_books_of_another_clinic_are_nothing(elm: Clinic, made) -> None:
    stranger = kit.log_in_as(elm, Role.OWNER)
    for path in (f"entries/{made['paid']}", f"{made['entity']}/USD/deposits"):
        assert stranger.get(f"/staff/ledger/{path}").status_code == 404


@pytest.mark.parametrize("role", Role)
def test_the_owner_and_the_manager_read_the_books_and_nobody_else(opened, database: Urls, role: Role) -> None:
    response = kit.log_in_as(opened[0], role).get("/staff/ledger")
    assert response.status_code == (200 if role in (Role.OWNER, Role.MANAGER) else 403)
    assert ('href="/staff/ledger"' in response.text) is (role in (Role.OWNER, Role.MANAGER))


def test_every_word_is_translated(opened, made, database: Urls) -> None:
    clinic = opened[0]
    browser = kit.log_in_as(clinic, Role.OWNER, PSEUDO_LOCALE=True)
    zones = {"Eastern Standard Time", "Eastern Daylight Time", "Mountain Standard Time"}
    words = pseudo.own_words(clinic.configuration, zones) | {"USD", "Robin Hire", "RH", "Entered <twice>"}
    words |= {made["second"].hex[-8:]}
    account = re.search(r"/staff/ledger/accounts/[0-9a-f-]+", page_at(browser, f"/staff/ledger{DATED}"))
    assert account
    for path in (f"/staff/ledger{DATED}", account.group(0), f"/staff/ledger/entries/{made['paid']}",
                 f"/staff/ledger/{made['entity']}/USD/deposits{DATED}"):  # fmt: skip
        assert pseudo.untranslated(page_at(browser, path), words) == [], path


def test_without_a_day_it_is_the_evening_of_today(owner: Browser) -> None:
    page = page_at(owner, "/staff/ledger")
    shown = re.search(r'name="as_of" value="([\d-]+)"', page)
    assert shown
    assert abs(date.fromisoformat(shown.group(1)) - date.today()) <= timedelta(days=1)  # noqa: DTZ011
