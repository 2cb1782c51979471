"""Resources in time: masks, free times, appointments and their claims. Knows only time."""
