"""Network profiles: those of `profiles.json`, each with its source and date, and a user's own from a file."""

import json
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from analysis.records import Nominal
from loadtests.network.errors import ProfileError

SHIPPED = Path(__file__).with_name("profiles.json")
FASTEST_MBIT = 1000
"""What the emulator may be asked for; it was measured up to 200 Mbit/s (docs/networks.md)."""

_NUMBERS = {"rtt_ms": 10_000, "jitter_ms": 1000, "loss": 0.5, "up_mbit": FASTEST_MBIT, "down_mbit": FASTEST_MBIT}
_RATES = ("up_mbit", "down_mbit")


@dataclass(frozen=True)
class Profile:
    """A network between a visitor and the servers.

    rtt_ms: the whole round trip; jitter_ms: its standard deviation; loss: share of the packets lost each way; up_mbit,
    down_mbit: rates in Mbit/s of whole IP packets, None = not limited. title: by language. source: where the figures
    come from, and which are assumptions; date: when they were entered.
    """

    name: str
    title: dict[str, str]
    rtt_ms: float
    jitter_ms: float
    loss: float
    up_mbit: float | None
    down_mbit: float | None
    source: str
    date: str

    @property
    def emulated(self) -> bool:
        """False where there is nothing to emulate: the loopback profile."""
        return bool(self.rtt_ms or self.jitter_ms or self.loss or self.up_mbit or self.down_mbit)

    @property
    def nominal(self) -> Nominal:
        return Nominal(
            rtt_ms=self.rtt_ms,
            jitter_ms=self.jitter_ms,
            loss=self.loss,
            up_mbit=self.up_mbit,
            down_mbit=self.down_mbit,
        )


def shipped() -> dict[str, Profile]:
    """The project's own profiles, in the order of their file: the fastest first."""
    return {name: _profile(name, fields, SHIPPED) for name, fields in json.loads(SHIPPED.read_text("utf-8")).items()}


def find(name: str) -> Profile:
    """The shipped profile of that name, or the one in the JSON file of that name. Raises ProfileError."""
    known = shipped()
    if name in known:
        return known[name]
    path = Path(name)
    if path.suffix.lower() != ".json":
        raise ProfileError(f"There is no network profile {name!r}: choose {', '.join(known)}, or name a .json file.")
    try:
        fields = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ProfileError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise ProfileError(f"{path} is not JSON: write it like an entry of loadtests/network/profiles.json.") from None
    profile = _profile(path.stem, fields, path)
    if profile.name in known:
        raise ProfileError(f"{path} has the name of a profile of ours: give the file another name.")
    return profile


def _profile(name: str, fields: Any, path: Path) -> Profile:
    """Raises ProfileError naming the field."""

    def wrong(field: str, wanted: str) -> ProfileError:
        return ProfileError(f"{path}, profile {name}: {field} must be {wanted}.")

    if not isinstance(fields, dict):
        raise wrong("the profile", "an object")
    unknown = set(fields) - {*_NUMBERS, "title", "source", "date"}
    if unknown:
        raise ProfileError(f"{path}, profile {name}: there is no field {sorted(unknown)[0]!r}.")
    numbers: dict[str, Any] = {}
    for field, most in _NUMBERS.items():
        value = fields.get(field, None if field in _RATES else 0)
        if value is None and field in _RATES:
            numbers[field] = None
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise wrong(field, "a number")
        if not 0 <= value <= most or (field in _RATES and value == 0):
            raise wrong(field, f"{'more than 0' if field in _RATES else 'at least 0'} and at most {most}")
        numbers[field] = value
    if numbers["jitter_ms"] * 2 > numbers["rtt_ms"]:
        raise wrong("jitter_ms", "at most half of rtt_ms")
    for field in ("source", "date"):
        if not isinstance(fields.get(field), str) or not fields[field].strip():
            raise wrong(field, "a text: a figure without one is a rumour")
    title = fields.get("title", {})
    if not isinstance(title, dict) or not all(isinstance(text, str) for text in title.values()):
        raise wrong("title", "an object of texts by language")
    return Profile(name, {"en": name, "es": name} | title, **numbers, source=fields["source"], date=fields["date"])
