"""Legal entities, locations, rooms, devices and practitioners with their working hours."""
