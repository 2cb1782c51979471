"""Double entry: every amount leaves one account and reaches another. Append only, corrected by reversal."""
