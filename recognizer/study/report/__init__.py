"""A study's report: one HTML page in Spanish and English, made from the summary alone."""

from pathlib import Path

from recognizer import files
from recognizer.study.report.page import render
from recognizer.study.summary import Study

__all__ = ["write"]


def write(study: Study, path: Path, language: str) -> None:
    """Writes the page, which opens in `language` ("en" or "es") and holds both."""
    files.write(path, render(study, language).encode())
