"""A person who wants the visit: reads the page, presses its button, and loads it again when it fails."""

import http.client
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

import lxml.html
from lxml.html import FormElement, HtmlElement

from tests.demo.running import Answer, Browser
from tests.sandbox.driving import GOOD, Driver

NEEDLING = "/book/micro-needling?location=phoenix"
ABOUT = {"given_name": "Ann", "family_name": "Lee", "phone": "212 555 0123", "terms": "y"}
CARD = {"number": GOOD, "expiry": "12 / 40", "cvc": "123"}
FOUND = (301, 302, 303)


@dataclass
class Person(Browser):
    """Books from the free times to the page that says so; *may_return* keeps them on the payment page."""

    driver: Driver = field(default_factory=lambda: Driver(""))
    email: str = ""
    path: str = NEEDLING
    may_return: threading.Event = field(default_factory=threading.Event)
    gives_up: threading.Event = field(default_factory=threading.Event)
    was_told: str = ""

    def book(self, seconds: float) -> None:
        """Go on until the visit is booked, however often something fails on the way."""
        deadline = time.monotonic() + seconds
        while not self._go_on():
            assert time.monotonic() < deadline, f"{self.email} is still at {self.path}"
            if self.gives_up.wait(0.1):
                return

    def _go_on(self) -> bool:
        """Do one thing on the page where one is; return whether it says that one is booked."""
        try:
            return self._act(self._ask("GET", self.path))
        except (OSError, http.client.HTTPException):
            return False

    def _act(self, answer: Answer) -> bool:
        if answer.status in FOUND:
            self._follow(answer)
        elif answer.status == 200:
            if "You are booked" in answer.text:
                return True
            self._press(lxml.html.fromstring(answer.text))
        return False

    def _press(self, page: HtmlElement) -> None:
        """Press the button that leads on, where there is one: a time, one's name, or the payment."""
        forms = {form.get("id"): form for form in page.forms}
        times = page.xpath("//button[contains(@class, 'time')][@name='slot']")
        if "pay" in forms:
            self._send(forms["pay"])
        elif "about" in forms:
            self._send(forms["about"], **ABOUT, email=self.email)
        elif times:
            form = next(parent for parent in times[0].iterancestors("form"))
            self._send(form, slot=times[0].get("value"))

    def _send(self, form: FormElement, **typed: str) -> None:
        held = {name: value for name, value in form.form_values() if value is not None}
        answer = self._ask("POST", form.get("action"), urlencode({**held, **typed}))
        if answer.status in FOUND:
            self._follow(answer)

    def _follow(self, answer: Answer) -> None:
        """Go where an answer leads; from the payment page one comes back when one may."""
        target = answer.headers["Location"]
        if target.startswith(self.driver.url):
            target = self._pay(target)
        self.path = urlsplit(target).path
        if self.path.startswith("/book/booked/"):
            self.was_told = self.path.rpartition("/")[2]

    def _pay(self, page: str) -> str:
        back = self.driver.browse(page, CARD).leads_to
        assert back, page
        while not self.may_return.wait(0.1) and not self.gives_up.is_set():
            pass
        return back
