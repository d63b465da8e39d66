"""The price list, `prices.json`: what a quantity costs in a month, by tiers and, if asked, after the free tier."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("prices.json")


@dataclass(frozen=True)
class Price:
    """USD for one `unit`. `tiers`: (up to this quantity a month, USD), the last endless. `free`: units a month."""

    name: str
    unit: str
    usd: float
    source: str
    verified: bool
    free: float
    tiers: tuple[tuple[float, float], ...]

    def charge(self, quantity: float, free_tier: bool = False) -> float:
        """USD for `quantity` units within one month."""
        left = max(0.0, quantity - self.free) if free_tier else quantity
        usd, begin = 0.0, 0.0
        for end, rate in self.tiers:
            usd += max(0.0, min(left, end) - begin) * rate
            begin = end
        return usd


@dataclass(frozen=True)
class PriceList:
    region: str
    currency: str
    checked: str
    prices: dict[str, Price]

    def __getitem__(self, name: str) -> Price:
        return self.prices[name]


@cache
def price_list() -> PriceList:
    table = json.loads(FILE.read_text("utf-8"))
    prices = {name: _price(name, entry, table["sources"]) for name, entry in table["prices"].items()}
    return PriceList(table["region"], table["currency"], table["checked"], prices)


def _price(name: str, entry: dict, sources: dict[str, str]) -> Price:
    tiers = entry.get("tiers", [[None, entry["usd"]]])
    ends = tuple((float("inf") if end is None else float(end), float(usd)) for end, usd in tiers)
    source = sources[entry["source"]]
    return Price(name, entry["unit"], entry["usd"], source, entry["verified"], entry.get("free", 0.0), ends)
