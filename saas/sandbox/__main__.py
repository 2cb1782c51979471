"""`python -m saas.sandbox`."""

from saas.sandbox.command import sandbox

sandbox()
