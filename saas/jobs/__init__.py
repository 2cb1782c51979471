"""Background work, deferred in the caller's transaction and run once per tenant."""
