"""Mail: hears what becomes of visits and what ends, and tells patients and staff. No room calls it."""
