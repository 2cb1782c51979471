"""The patient's way through a booking, and the mailed link by which it is changed."""
