"""The exception tree of this package (drawn in its `__init__`). Every message is one sentence for a person."""


class LoadtestError(Exception):
    """Base: something a person must mend before (more) can be measured."""


class ClipError(LoadtestError):
    """A folder or manifest of clips that cannot be used."""


class ChromiumMissing(LoadtestError):
    """No browser to drive."""


class PageError(LoadtestError):
    """The page rejected a call. `code` is the site's (`unsupported_codec`, `no_person`, ...) or `page_lost`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
