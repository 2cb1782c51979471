"""Payments: charges, refunds and what Stripe tells of them, each once, whatever crashes."""
