"""Two engines, the same clips: how far apart their landmarks are, where, and whether it costs the model answers."""
