"""The exception tree of this folder (drawn in its `__init__`). Every message is one sentence for a person."""

from loadtests.errors import LoadtestError


class ExtractionError(LoadtestError):
    """Something a person must mend before any keypoints can be had."""


class ClipRefused(ExtractionError):
    """One clip cannot be used. `code` is the site's (docs/contracts.md): `not_a_video`, `no_person`, ..."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
