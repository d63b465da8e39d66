"""Sample records, statistics and the report of a comparison. Imports nothing else of this project.

`RecordWriter` and `read_records` are the file; `compare` turns it into figures; `write_report` into a report.
"""

from analysis.errors import AnalysisError, RecordError
from analysis.records import RecordWriter, read_records

__all__ = ["AnalysisError", "RecordError", "RecordWriter", "read_records", "write_report"]


def __getattr__(name: str):
    # The report needs matplotlib, which takes a second to import; whoever only writes records never pays it.
    if name == "write_report":
        from analysis.report import write_report

        return write_report
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
