"""What a browser keeps between visits, as far as it decides what a visitor requests (RFC 9111, private cache)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

HEURISTIC_SHARE = 0.1
"""Of a file's age, how long it counts as fresh where the server says nothing (RFC 9111, 4.2.2)."""


@dataclass(frozen=True)
class Kept:
    """`fresh_until`: Unix seconds; 0 = ask before every use."""

    fresh_until: float
    etag: str | None
    last_modified: str | None


class HttpCache:
    """One visitor's. Bodies are not kept: nobody looks at them."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}

    def conditions(self, path: str, at: float) -> Mapping[str, str] | None:
        """The headers of a request for `path` at Unix second `at`; None where no request is made."""
        kept = self._kept.get(path)
        if kept is None:
            return {}
        if at < kept.fresh_until:
            return None
        conditions = {}
        if kept.etag is not None:
            conditions["if-none-match"] = kept.etag
        if kept.last_modified is not None:
            conditions["if-modified-since"] = kept.last_modified
        return conditions

    def keep(self, path: str, status: int, headers: Mapping[str, str | None], at: float) -> None:
        """What came for `path`. headers: `cache-control`, `etag`, `last-modified`, `date`; None where absent."""
        control = headers.get("cache-control") or ""
        if status not in (200, 304):
            return
        if _directive(control, "no-store"):
            self._kept.pop(path, None)
            return
        before = self._kept.get(path) if status == 304 else None
        self._kept[path] = Kept(
            at + _fresh_seconds(control, headers),
            headers.get("etag") or (before.etag if before else None),
            headers.get("last-modified") or (before.last_modified if before else None),
        )


def _fresh_seconds(control: str, headers: Mapping[str, str | None]) -> float:
    if _directive(control, "no-cache"):
        return 0
    if (age := re.search(r"(?:^|[\s,])max-age=(\d+)", control, re.IGNORECASE)) is not None:
        return float(age.group(1))
    try:
        modified = parsedate_to_datetime(headers.get("last-modified") or "")
        served = parsedate_to_datetime(headers.get("date") or "")
        return max(0.0, (served - modified).total_seconds() * HEURISTIC_SHARE)
    except (TypeError, ValueError):
        return 0


def _directive(control: str, name: str) -> bool:
    return name in (part.strip().lower() for part in control.split(","))
