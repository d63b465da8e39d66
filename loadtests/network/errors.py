"""The exceptions of this package (drawn in its `__init__`). Every message is one sentence for a person."""

from loadtests.errors import LoadtestError


class NetworkError(LoadtestError):
    """A network that could not be made or measured."""


class ProfileError(NetworkError):
    """A profile that does not exist, or a file that is none."""


class EmulationMissing(NetworkError):
    """This machine lacks the rights, or a tool, for emulation at packet level."""
