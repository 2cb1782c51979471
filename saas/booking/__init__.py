"""The stories that cross rooms, one file each: searching, hold, complete, confirm, reschedule, cancel."""
