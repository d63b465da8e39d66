"""What a deployment costs: a month without a request, 1000 predictions, 1000 first visits.

The prices are the report's, `analysis/cost/prices.json`, read as a file: this folder imports nothing of `analysis`.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from infra.deploy.errors import DeployError
from infra.deploy.settings import Settings

PRICES = Path(__file__).parents[2] / "analysis" / "cost" / "prices.json"
ASSUMPTIONS = Path(__file__).with_name("cost_assumptions.json")
HOURS_A_MONTH = 730


@dataclass(frozen=True)
class Cost:
    """USD. month: idle. predictions, visits: a thousand of each. basis: one line on where the numbers come from."""

    month: float
    predictions: float
    visits: float
    basis: str


def estimate(settings: Settings) -> Cost:
    """Raises DeployError for an instance type without a price."""
    table, assumed = json.loads(PRICES.read_text()), json.loads(ASSUMPTIONS.read_text())
    price = {name: entry["usd"] for name, entry in table["prices"].items()}
    month = (
        assumed["image_gb"] * price["ecr_gb_month"]
        + assumed["bucket_gb"] * price["s3_gb_month"]
        + assumed["alarms"] * price["alarm_month"]
    )
    one = (
        price["api_gateway_request"]
        + price["lambda_request"]
        + assumed["function_seconds"] * settings.function_memory / 1024 * price["lambda_gb_second"]
        + assumed["request_bytes"] / 1e9 * price["sagemaker_data_gb"]
        + assumed["log_bytes"] / 1e9 * price["logs_gb"]
    )
    if settings.mode == "serverless":
        one += assumed["endpoint_seconds"] * settings.serverless_memory / 1024 * price["sagemaker_serverless_gb_second"]
    else:
        hourly = price.get(settings.instance_type)
        if hourly is None:
            raise DeployError(f"{PRICES.name} has no price for {settings.instance_type}; add it under its source.")
        month += hourly * HOURS_A_MONTH
    unverified = sum(not entry["verified"] for entry in table["prices"].values())
    basis = (
        f"{table['region']} list prices ({table['checked']}, {unverified} of {len(price)} not verified); a prediction "
        f"is taken as {assumed['endpoint_seconds'] * 1e3:.0f} ms at the endpoint and "
        f"{assumed['function_seconds'] * 1e3:.0f} ms in the function"
    )
    visits = assumed["first_visit_gb"] * price["cloudfront_gb_south_america"] * 1000
    return Cost(month, one * 1000, visits, basis)
