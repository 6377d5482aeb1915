"""Many submissions to one assignment: order, journal, engines, ranking."""
