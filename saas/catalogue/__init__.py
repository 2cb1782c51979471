"""What the clinic offers: versioned offerings, and the one timeline of a visit."""
