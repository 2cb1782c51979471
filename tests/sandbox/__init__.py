"""The stand-in for Stripe: each point of the contract it keeps, asked through Stripe's own library."""
