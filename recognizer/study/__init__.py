"""A study: many trainings of one plan, run anywhere, resumed after any interruption, and their report."""
