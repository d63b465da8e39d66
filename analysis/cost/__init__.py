"""What the paths cost: prices of one dated file, assumptions of another, milliseconds and bytes of the run."""
