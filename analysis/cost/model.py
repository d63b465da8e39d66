"""Measured figures, prices and assumptions -> the cost of each option, and where one becomes cheaper than another.

Three options: `edge`, everything in the browser; `serverless` and `realtime`, the cloud path with such an endpoint.
The intervals carry those of the measured times through; prices, bytes and assumptions are taken as they are.
"""

from collections.abc import Callable, Iterator

from analysis.compare.run_log import RunLog
from analysis.compare.thesis import THESIS
from analysis.cost import usage
from analysis.cost.assumptions import Assumptions
from analysis.cost.measured import Measured, measured
from analysis.cost.prices import PriceList, price_list
from analysis.cost.result import BreakEven, Cost, CostItem, MonthCost, Motive, Option, OptionCost
from analysis.errors import AnalysisError
from analysis.records import Wire
from analysis.statistics import Estimate, Interval

DAYS_A_MONTH = 365 / 12
SECONDS_A_DAY = 86_400
Times = tuple[float, float]  # ms of function and endpoint
InstancesFor = Callable[[float], int]  # recognitions a second at the peak -> instances of a real-time endpoint


def cost_of(log: RunLog, wire: Wire | None, assumed: Assumptions, instances_for: InstancesFor | None) -> Cost | None:
    """None where the run measured neither a visit's bytes nor the server's times. Raises AnalysisError for an
    instance type without a price."""
    seen = measured(log, wire, assumed.edge.classifier_assets)
    if assumed.cloud.instance_type not in price_list().prices:
        raise AnalysisError(f"prices.json has no price for the instance type {assumed.cloud.instance_type!r}.")
    model = CostModel(seen, assumed, price_list(), instances_for)
    if not model.options:
        return None
    used = set().union(*(model.prices_of(option) for option in model.options))
    return Cost(
        region=model.prices.region,
        currency=model.prices.currency,
        prices_checked=model.prices.checked,
        unverified=sorted(name for name in used if not model.prices[name].verified),
        free_tier=assumed.free_tier.apply,
        reference_users=assumed.users.reference,
        missing=[name for name in ("first_visit_bytes", "function_ms", "endpoint_ms") if getattr(seen, name) is None],
        classifier_bytes=seen.classifier_bytes,
        options=[model.option(option) for option in model.options],
        break_even=list(model.break_evens()),
        motive=model.motive(),
        assumptions=assumed.model_dump(),
    )


class CostModel:
    """`options`: those whose figures the run measured."""

    def __init__(
        self, seen: Measured, assumed: Assumptions, prices: PriceList, instances_for: InstancesFor | None
    ) -> None:
        self.seen, self.assumed, self.prices, self.instances_for = seen, assumed, prices, instances_for
        visits = seen.first_visit_bytes is not None
        cloud = visits and seen.function_ms is not None and seen.endpoint_ms is not None
        self.options: list[Option] = ["edge"] if visits else []
        self.options += ["serverless"] if cloud else []
        self.options += ["realtime"] if cloud and instances_for else []

    def prices_of(self, option: Option) -> set[str]:
        return {price for part in self._parts(option, 1, self._times()) for item in part.values() for price in item}

    def option(self, option: Option) -> OptionCost:
        reference = self.assumed.users.reference
        thousands = reference * self.assumed.users.recognitions_a_month / 1000
        per_1000 = self._estimate(lambda times: self.month(option, reference, times) / thousands)
        items = self.bill(option, reference, self._times())
        return OptionCost(
            option=option,
            per_1000=per_1000,
            idle_month=self.month(option, 0, self._times()),
            items=[CostItem(item, usd / thousands) for item, usd in items.items()],
            months=[
                MonthCost(
                    users,
                    self._estimate(lambda times, users=users: self.month(option, users, times)),
                    self.instances(users) if option == "realtime" else None,
                )
                for users in self.assumed.users.counts
            ],
        )

    def month(self, option: Option, users: float, times: Times) -> float:
        """USD of a month."""
        return sum(self.bill(option, users, times).values())

    def bill(self, option: Option, users: float, times: Times) -> dict[str, float]:
        return usage.bill(self.prices, self.assumed.free_tier.apply, *self._parts(option, users, times))

    def instances(self, users: float) -> int:
        a_month = users * self.assumed.users.recognitions_a_month
        peak = a_month / DAYS_A_MONTH / SECONDS_A_DAY * self.assumed.scale.peak_factor
        return max(self.assumed.cloud.least_instances, self.instances_for(peak))

    def _parts(self, option: Option, users: float, times: Times) -> list[usage.Quantities]:
        seen, assumed = self.seen, self.assumed
        recognitions = users * assumed.users.recognitions_a_month
        parts = [usage.visits(seen, assumed, users, with_classifier=option == "edge")]
        if option != "edge":
            parts.append(usage.requests(seen, assumed, recognitions, times))
        if option == "serverless":
            parts.append(usage.serverless(seen, assumed, recognitions, times[1]))
        elif option == "realtime":
            parts.append(usage.instances(assumed, self.instances(users)))
        return parts

    def break_evens(self) -> Iterator[BreakEven]:
        """By marginal prices: without free tiers and higher tiers."""
        if "serverless" not in self.options:
            return
        if self.seen.classifier_bytes:
            yield BreakEven("edge_serverless", "recognitions_a_first_visit", self._estimate(self._edge_serverless))
        if "realtime" in self.options:
            yield BreakEven("serverless_realtime", "recognitions_a_month", self._estimate(self._serverless_realtime))

    def _edge_serverless(self, times: Times) -> float:
        """Recognitions for each first visit from which the browser's path costs less: what its classifier's bytes
        cost once, over what one recognition costs in the cloud each time."""
        gb = self.seen.classifier_bytes / usage.GB
        return gb * self.prices["cloudfront_gb_south_america"].usd / self._one_recognition(times)

    def _serverless_realtime(self, times: Times) -> float:
        """Recognitions a month from which the fewest instances cost less than a serverless endpoint's seconds."""
        cloud = self.assumed.cloud
        month = cloud.least_instances * cloud.hours_a_month * self.prices[cloud.instance_type].usd
        return month / self._sum(usage.serverless(self.seen, self.assumed, 1, times[1]))

    def _one_recognition(self, times: Times) -> float:
        parts = usage.requests(self.seen, self.assumed, 1, times)
        parts.pop("upkeep")
        return self._sum(parts) + self._sum(usage.serverless(self.seen, self.assumed, 1, times[1]))

    def _sum(self, quantities: usage.Quantities) -> float:
        used = (each for item in quantities.values() for each in item.items())
        return sum(quantity * self.prices[price].usd for price, quantity in used)

    def motive(self) -> Motive | None:
        """What the thesis's images a day cost here, as clips of so many images that begin no new visits."""
        if "serverless" not in self.options:
            return None
        told = THESIS["motive"]
        clips = told["images_a_day"] / self.assumed.motive.images_a_clip
        usd = {
            "serverless": self._estimate(lambda times: clips * self._one_recognition(times)),
            "edge": Estimate(0, None),
        }
        return Motive(told["images_a_day"], told["usd_a_day_low"], told["usd_a_day_high"], clips, usd)

    def _times(self) -> Times:
        function, endpoint = self.seen.function_ms, self.seen.endpoint_ms
        return (function.value if function else 0.0, endpoint.value if endpoint else 0.0)

    def _estimate(self, of: Callable[[Times], float]) -> Estimate:
        """With the ends of both times' intervals, both low or both high: the widest that they can give together."""
        value = float(of(self._times()))
        intervals = [each.interval for each in (self.seen.function_ms, self.seen.endpoint_ms) if each]
        if len(intervals) < 2 or None in intervals:
            return Estimate(value, None)
        ends = sorted(float(of(tuple(getattr(each, end) for each in intervals))) for end in ("low", "high"))
        return Estimate(value, Interval(*ends, intervals[0].over) if ends[0] < ends[1] else None)
