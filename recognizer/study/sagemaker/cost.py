"""What the jobs of a study may cost at most, from `prices.json`."""

import json
from dataclasses import dataclass
from importlib.resources import files

from recognizer.errors import StudyError
from recognizer.study.sagemaker.settings import Settings


@dataclass(frozen=True)
class Cost:
    """`most`: USD if every job ran until it is stopped. `sentence`: the same for a person, with where it comes from."""

    most: float
    sentence: str


def estimate(settings: Settings, jobs: int) -> Cost:
    """Raises StudyError for an instance type without a price."""
    table = json.loads((files("recognizer.study.sagemaker") / "prices.json").read_text("utf-8"))
    hourly = table["training_instance_hour"].get(settings.instance)
    if hourly is None:
        known = ", ".join(table["training_instance_hour"])
        raise StudyError(f"There is no price for --instance {settings.instance}: choose one of {known}.")
    most = jobs * hourly * settings.longest_s / 3600
    return Cost(
        most,
        f"{jobs} training jobs on {settings.instance} cost at most {most:.2f} {table['currency']}: each is "
        f"stopped after {settings.longest_s // 60} minutes, at {hourly} {table['currency']} an hour "
        f"({table['region']} list price, {table['entered']}).",
    )
