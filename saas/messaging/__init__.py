"""Mail to patients: hears what becomes of their visits, and tells them. No room calls it."""
