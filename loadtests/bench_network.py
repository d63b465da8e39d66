"""The emulation's bars: round trip within 2 % and rates within 5 % of each profile's nominal figures.

`python -m loadtests.bench_network [PROFILE ...]`. Each profile is emulated and measured as `cerca network --calibrate`
does, with four times the probes for the round trip. Exit code 1 when a bar is missed, 2 when nothing could be measured.
"""

import sys

import numpy as np
from rich.console import Console

from analysis.statistics import Estimate, Interval, Samples, summarise
from loadtests.bars import Bar, show_bars
from loadtests.network.calibrate import calibrate
from loadtests.network.errors import NetworkError
from loadtests.network.network import EmulatedNetwork
from loadtests.network.profiles import Profile, find, shipped

MOST_RTT_PERCENT = 2
MOST_RATE_PERCENT = 5
PINGS = 400


def bars_of(profile: Profile) -> list[Bar]:
    """Raises NetworkError."""
    with EmulatedNetwork(profile) as network:
        measured = calibrate(profile, network.far_end, pings=PINGS)
    bars = []
    for key, most in (("rtt_ms", MOST_RTT_PERCENT), ("up_mbit", MOST_RATE_PERCENT), ("down_mbit", MOST_RATE_PERCENT)):
        nominal = getattr(profile, key)
        if not nominal:
            continue
        values = np.array(measured[key])
        off = _percent_off(summarise(Samples(values)).median, nominal)
        bars.append(Bar(f"{profile.name}, {key}: median off {nominal:g} by", off, most, "%", values.size))
    return bars


def _percent_off(median: Estimate, nominal: float) -> Estimate:
    """How far, whichever way; the interval's end that is further off is its high one."""
    off = abs(median.value / nominal - 1) * 100
    if median.interval is None:
        return Estimate(off, None)
    low, high = ((end / nominal - 1) * 100 for end in (median.interval.low, median.interval.high))
    least = 0.0 if low < 0 < high else min(abs(low), abs(high))
    return Estimate(off, Interval(least, max(abs(low), abs(high)), median.interval.over))


def main() -> int:
    console, bars = Console(), []
    try:
        profiles = [find(name) for name in sys.argv[1:]] or [each for each in shipped().values() if each.emulated]
        for profile in profiles:
            with console.status(f"measuring {profile.name} ..."):
                bars += bars_of(profile)
    except NetworkError as error:
        console.print(str(error), markup=False)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0 if show_bars(bars, console) else 1


if __name__ == "__main__":
    sys.exit(main())
