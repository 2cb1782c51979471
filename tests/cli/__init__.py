"""The `saas` command, run in this process against the tests' server."""
