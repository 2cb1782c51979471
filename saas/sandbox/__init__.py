"""A stand-in for Stripe on this machine, for the demo and the tests.

A process of its own that knows nothing of the clinics: it speaks Stripe's HTTP contract for the calls
that `payments` makes, keeps what it is told in a SQLite file, charges test cards on a page in the
browser, and sends signed events. Invariants: what was answered is on disk; one key, one act; a
parameter is kept as Stripe keeps it, or refused, but never ignored.
"""
