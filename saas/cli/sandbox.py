"""`saas sandbox`: the stand-in for Stripe, as a command of the house."""

from saas.sandbox import command

sandbox = command.sandbox
