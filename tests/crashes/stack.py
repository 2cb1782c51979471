"""A demo whose processes stop at a step, and what a test does to it and finds in it."""

import contextlib
import os
import re
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from click.testing import CliRunner

from saas import cli
from saas.payments.settings import SANDBOX_KEY
from tests.crashes import stepping
from tests.crashes.person import Person
from tests.demo import running
from tests.demo.running import Demo, descendants, eventually, parents
from tests.sandbox.driving import Driver

VICTIMS = {"web": "serve", "worker": "worker"}


@dataclass
class Stack:
    """A demo of one clinic, its sandbox, and the people who have come so far."""

    demo: Demo
    driver: Driver = field(default_factory=lambda: Driver(""))
    people: list[Person] = field(default_factory=list)
    token: str = ""

    def start(self) -> None:
        """Start the demo and find its sandbox."""
        (self.demo.data_dir / stepping.FOLDER).mkdir(parents=True)
        self.demo.start()
        told = (self.demo.data_dir / "sandbox.log").read_text()
        found = re.search(r"http://[\d.:]+", told)
        assert found, told
        self.driver = Driver(found[0])

    def person(self) -> Person:
        """Return someone who comes from an address of their own, so that nobody asks for a proof of work."""
        number = len(self.people) + 2
        made = Person(
            self.demo.port, "riverstone.localhost", address=f"127.0.1.{number}",
            driver=self.driver, email=f"ann{number}@mail.example",
        )  # fmt: skip
        self.people.append(made)
        return made

    def arm(self, role: str, step: str) -> None:
        """Let the first process of a role that comes to a step stop there."""
        self.token = f"{len(self.people)}"
        told = self._word("told")
        told.write_text(self.token)
        told.rename(self._word(f"armed-{role}-{step}"))

    def is_reached(self) -> bool:
        """Whether a process stands at the step that is armed."""
        return self._word(f"reached-{self.token}").exists()

    def go(self) -> None:
        """Let who stands at the step go on, if they live."""
        self._word(f"go-{self.token}").touch()

    def deafen(self, deaf: bool) -> None:
        """Let the worker hear nothing of pages from the sandbox, or hear again."""
        word = self._word(stepping.DEAF)
        word.touch() if deaf else word.unlink(missing_ok=True)

    def slow_down(self, seconds: float) -> int:
        """Let the sandbox take its time for the next page; return how many it was asked for so far."""
        self.driver.tell("faults", kind="slow", method="POST", path="/v1/checkout/sessions", seconds=seconds)
        return self.asked_for_pages()

    def asked_for_pages(self) -> int:
        """Return how often the sandbox was asked for a payment page."""
        asked = [(each["method"], each["target"]) for each in self.driver.record()["requests"]]
        return asked.count(("POST", "/v1/checkout/sessions"))

    def kill(self, victim: str) -> None:
        """End a process and all that it started, at once and without a word."""
        pid = eventually(lambda: self._pid(victim)) or 0
        gone = {pid, *descendants(pid)}
        for each in gone:
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        eventually(lambda: not gone & parents().keys())

    def _pid(self, victim: str) -> int | None:
        if victim == "postgres":
            return self.demo.server().pid()
        return self.demo.child(VICTIMS[victim])

    def _word(self, name: str) -> Path:
        return self.demo.data_dir / stepping.FOLDER / name

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the database past every policy; nothing while it does not answer."""
        with (
            contextlib.suppress(psycopg.OperationalError),
            psycopg.connect(self.demo.server().url("postgres")) as connection,
        ):
            return connection.execute(sql, values).fetchall()
        return []

    def command(self, *words: str) -> tuple[int, str]:
        """Run a command of `saas` in this process; return its exit status and what it said."""
        environment = {
            "SAAS_DATABASE_URL": self.demo.server().urls().app, "STRIPE_API_KEY": SANDBOX_KEY,
            "STRIPE_API_BASE": self.driver.url,
        }  # fmt: skip
        done = CliRunner(env=environment).invoke(cli.commands, words)
        return done.exit_code, f"{done.output}{done.exception or ''}"


@contextlib.contextmanager
def running_stack() -> Iterator[Stack]:
    """Run a demo that stops at steps, until the block ends."""
    with running.folder() as data_dir:
        demo = Demo(data_dir, saas=(sys.executable, "-m", "tests.crashes.stepping"))
        stack = Stack(demo)
        try:
            stack.start()
            yield stack
        finally:
            _end(demo)


def _end(demo: Demo) -> None:
    """Stop the demo, and make sure that nothing of it is left."""
    left = {demo.process.pid, *descendants(demo.process.pid)} if demo.process else set()
    try:
        demo.end()
    finally:
        for pid in left & parents().keys():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
