"""What can go wrong in `analysis`; every message is one sentence: what, where, what to do.

AnalysisError
└── RecordError    a samples file is missing, malformed, of another schema, or cannot be written
"""


class AnalysisError(Exception):
    """Base of every error this package raises on purpose."""


class RecordError(AnalysisError):
    """A samples file, or one record of it, cannot be used."""
