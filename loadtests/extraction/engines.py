"""The engines by name."""

from enum import StrEnum

from loadtests.extraction.engine import Engine


class EngineName(StrEnum):
    BROWSER = "browser"
    PYTHON = "python"


def make_engine(name: EngineName, fps: float | None) -> Engine:
    """`fps`: frames a second to take; None takes every frame."""
    if name is EngineName.BROWSER:
        from loadtests.extraction.browser_engine import BrowserEngine

        return BrowserEngine(fps)
    from loadtests.extraction.python_engine import PythonEngine

    return PythonEngine(fps)
