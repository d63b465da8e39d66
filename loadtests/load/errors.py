"""The exception tree of this package (drawn in its `__init__`). Every message is one sentence for a person."""

from loadtests.errors import LoadtestError


class LoadError(LoadtestError):
    """A load that cannot be run as asked."""


class TargetRefused(LoadError):
    """A target that is neither loopback nor a deployment of ours."""


class AnswerBroken(LoadError):
    """What came back is no HTTP answer, or ends in the middle of one."""
