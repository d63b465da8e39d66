"""The engines by name."""

from enum import StrEnum

from loadtests.extraction.engine import Engine
from loadtests.extraction.errors import ExtractionError


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


def parse_pair(text: str) -> tuple[EngineName, EngineName]:
    """`browser,python`. Raises ExtractionError where these are not two engines."""
    names = [name.strip() for name in text.split(",")]
    if len(names) != 2 or not set(names) <= set(EngineName):
        raise ExtractionError(f"--engines {text} is not understood: name two of {', '.join(EngineName)}, with a comma.")
    first, second = map(EngineName, names)
    return first, second
