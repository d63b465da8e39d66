"""The exceptions of this package (drawn in its `__init__`). Every message is one sentence for a person."""

from loadtests.errors import LoadtestError


class ColdStartError(LoadtestError):
    """Something did not start, or not in time."""


class EngineMissing(ColdStartError):
    """No Docker engine, SDK or image to start containers with."""
