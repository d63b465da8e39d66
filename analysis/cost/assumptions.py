"""What neither the run nor the price list knows: `assumptions.toml`, each value of which a file may replace."""

import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analysis.errors import AnalysisError

DEFAULTS = Path(__file__).with_name("assumptions.toml")

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, le=1)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Users(_Table):
    recognitions_a_month: Positive
    visits_a_month: NotNegative
    first_visits_a_month: NotNegative
    counts: list[Count] = Field(min_length=2)
    reference: Count


class Cloud(_Table):
    function_memory_mb: Positive
    endpoint_memory_mb: Positive
    instance_type: str
    inferences_an_instance: Count
    least_instances: Count
    hours_a_month: Positive
    function_time_factor: Positive
    endpoint_time_factor: Positive
    cold_share: Share
    log_bytes: NotNegative
    image_gb: NotNegative
    alarms: NotNegative


class Edge(_Table):
    bucket_gb: NotNegative
    requests_first_visit: NotNegative
    requests_repeat_visit: NotNegative
    classifier_assets: list[str]


class Motive(_Table):
    images_a_clip: Positive


class Scale(_Table):
    recognitions_a_day: list[Count] = Field(min_length=1)
    peak_factor: Annotated[float, Field(ge=1, allow_inf_nan=False)]
    p90_wait_ms: Positive
    refused_share: Annotated[float, Field(gt=0, lt=1)]


class FreeTier(_Table):
    apply: bool


class Assumptions(_Table):
    users: Users
    cloud: Cloud
    edge: Edge
    motive: Motive
    scale: Scale
    free_tier: FreeTier


def read_assumptions(path: Path | None = None) -> Assumptions:
    """The defaults, or these with what the TOML file `path` replaces. Raises AnalysisError for a file that cannot be
    read, a name that does not exist, or a value that cannot be."""
    values = tomllib.loads(DEFAULTS.read_text("utf-8"))
    if path is not None:
        for table, replaced in _read(path).items():
            known = values.get(table)
            if not isinstance(known, dict) or not isinstance(replaced, dict):
                raise AnalysisError(f"{path}: [{table}] is no table of the assumptions; choose of {', '.join(values)}.")
            known |= replaced
    try:
        return Assumptions.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise AnalysisError(f"{path}: {where}: {first['msg']}; {DEFAULTS.name} shows every assumption.") from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise AnalysisError(f"{path} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AnalysisError(f"{path} is not TOML: {error}.") from None
