"""What the paths cost: prices of one dated file, assumptions of another, milliseconds and bytes of the run."""

from analysis.cost.assumptions import Assumptions, read_assumptions
from analysis.cost.model import cost_of

__all__ = ["Assumptions", "cost_of", "read_assumptions"]
