"""The journeys' fixtures, here too."""

from tests.journeys.fixtures import _cheap_passwords, _plain_logs, app, clinics, elm, riverstone

__all__ = ["_cheap_passwords", "_plain_logs", "app", "clinics", "elm", "riverstone"]
