"""Pure values every room speaks: errors, clock, ids, actors, permissions."""
