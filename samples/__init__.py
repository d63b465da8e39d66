"""The clips the project ships: rendered signers with labels, and (in `render`) the way they are made."""
