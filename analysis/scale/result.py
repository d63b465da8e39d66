"""What a scale estimate says; docs/report.md explains every field."""

from dataclasses import dataclass

from analysis.statistics import Estimate


@dataclass(frozen=True)
class KneePrediction:
    load: str
    servers: int
    room: int | None
    service_ms: Estimate
    service_variation: float
    arrival_variation: float
    knee: Estimate
    measured_low: float
    measured_high: float | None
    error: float | None
    inside: bool | None


@dataclass(frozen=True)
class Servers:
    value: int
    low: int | None
    high: int | None


@dataclass(frozen=True)
class ScaleRow:
    recognitions_a_day: int
    peak_rate: float
    endpoint_instances: Servers | None
    endpoint_environments: Servers | None
    lambda_environments: Servers | None
    cdn_gb_a_day_edge: float | None
    cdn_gb_a_day_cloud: float | None


@dataclass(frozen=True)
class Scale:
    peak_factor: float
    p90_wait_ms: float
    refused_share: float
    endpoint_ms: Estimate | None
    function_ms: Estimate | None
    predictions: list[KneePrediction]
    rows: list[ScaleRow]
