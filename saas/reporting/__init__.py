"""What happened, read only: the books as their owner sees them. No tables, and nothing is changed here."""
