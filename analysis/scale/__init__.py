"""Scale, on paper: queueing formulas, the knee that they predict, and what a number of recognitions a day needs."""
