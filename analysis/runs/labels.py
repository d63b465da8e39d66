"""Metrics for people: `warm.cloud.npy` -> "Model alone, cloud (npy)", a ratio with its interval."""

from analysis.statistics import Estimate
from analysis.wording import Words, ratios


def metric_label(name: str, words: Words) -> str:
    """`analysis.metrics` lists the names."""
    kind, _, rest = name.partition(".")
    if kind == "cold":
        return words("metric.cold", step=words.step(rest))
    if kind == "accuracy":
        side, _, rank = rest.rpartition(".")
        return words("metric.accuracy", rank=words(f"rank.{rank}"), path=words.path(*side.split(".")))
    if kind == "load":
        failed = rest.endswith(".failed")
        load, _, offered = rest.removesuffix(".failed").rpartition("@")
        return words("metric.failed" if failed else "metric.load", name=load, offered=offered)
    if kind == "network" and rest.endswith(".edge"):
        return words("metric.network_edge", name=rest.removesuffix(".edge"))
    if kind == "network":
        network, wire = rest.rsplit(".cloud.", 1)
        return words("metric.network_cloud", name=network, wire=wire)
    parts = name.split(".")
    wire = parts.pop() if parts[-1] in ("npy", "json") else ""
    return words(f"metric.{'_'.join(parts)}", wire=wire)


def ratio_text(ratio: Estimate, words: Words) -> str:
    """The ratio and, where it has one, its interval in brackets."""
    if ratio.interval is None:
        return ratios(ratio.value)[0]
    value, low, high = ratios(ratio.value, ratio.interval.low, ratio.interval.high)
    return words("in_cell.ratio", ratio=value, low=low, high=high)
