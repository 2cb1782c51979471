"""What is left when web, worker or PostgreSQL is killed in the middle of a payment."""
