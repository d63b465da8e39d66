"""What can go wrong here. Each message is one sentence: what, where, what to do.

RecognizerError
├── BundleError    a model bundle is missing, incomplete, corrupt or of another version
├── DatasetError   a dataset is missing, truncated or of another shape
├── TrainingError  training cannot start or its result cannot be used
├── ExportError    an exported model does not compute what the trained one does
├── StudyError     a study cannot start, or its folder holds another one
└── RuntimeMissing WebAssembly cannot be run here
"""


class RecognizerError(Exception):
    """Anything this package reports to a person."""


class BundleError(RecognizerError):
    """A model bundle is missing, incomplete, corrupt or of another version."""


class DatasetError(RecognizerError):
    """A dataset is missing, truncated or of another shape."""


class TrainingError(RecognizerError):
    """Training cannot start or its result cannot be used."""


class ExportError(RecognizerError):
    """An exported model does not compute what the trained one does."""


class StudyError(RecognizerError):
    """A study cannot start, or its folder holds another one."""


class RuntimeMissing(RecognizerError):
    """WebAssembly cannot be run here: there is no Node.js, or the site's packages are not installed."""
