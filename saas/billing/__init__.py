"""What a visit costs and how it is settled: the promise, the bill, the till, cancelling, receipts."""
