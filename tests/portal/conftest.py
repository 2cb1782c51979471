"""The journeys' clinics, here too."""

from tests.journeys.fixtures import clinics, elm, riverstone

__all__ = ["clinics", "elm", "riverstone"]
