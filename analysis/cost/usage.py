"""What a month of a number of users uses of each price: quantities by option, from measured and assumed figures."""

from math import ceil

from analysis.cost.assumptions import Assumptions
from analysis.cost.measured import Measured
from analysis.cost.prices import PriceList

GB = 1e9
Quantities = dict[str, dict[str, float]]  # item of the bill -> price -> quantity


def visits(measured: Measured, assumed: Assumptions, users: float, with_classifier: bool) -> Quantities:
    """The site's bytes and requests. Whoever asks the cloud needs the site and the landmarkers all the same; only the
    classifier's runtime and model stay away."""
    people, edge = assumed.users, assumed.edge
    first = users * people.first_visits_a_month
    repeat = users * max(0.0, people.visits_a_month - people.first_visits_a_month)
    first_bytes = measured.first_visit_bytes - (0.0 if with_classifier else measured.classifier_bytes or 0.0)
    gb = (first * first_bytes + repeat * (measured.repeat_visit_bytes or 0.0)) / GB
    requests = first * edge.requests_first_visit + repeat * edge.requests_repeat_visit
    return {
        "visits": {"cloudfront_gb_south_america": gb, "cloudfront_https_request": requests},
        "storage": {"s3_gb_month": edge.bucket_gb},
    }


def requests(measured: Measured, assumed: Assumptions, recognitions: float, ms: tuple[float, float]) -> Quantities:
    """Gateway, function, data and logs of so many recognitions; `ms` are those of function and endpoint."""
    cloud = assumed.cloud
    function_ms = ceil(ms[0] * cloud.function_time_factor)  # billed by the started millisecond
    function_ms += cloud.cold_share * (measured.function_start_ms or 0.0) * cloud.function_time_factor
    gb_seconds = recognitions * function_ms / 1e3 * cloud.function_memory_mb / 1024
    up, down = measured.bytes_up or 0.0, measured.bytes_down or 0.0
    return {
        "gateway": {"api_gateway_request": recognitions, "transfer_out_gb": recognitions * down / GB},
        "function": {"lambda_request": recognitions, "lambda_gb_second": gb_seconds},
        "endpoint_data": {"sagemaker_data_gb": recognitions * (up + down) / GB},
        "logs": {"logs_gb": recognitions * cloud.log_bytes / GB},
        "upkeep": {"ecr_gb_month": cloud.image_gb, "alarm_month": cloud.alarms},
    }


def serverless(measured: Measured, assumed: Assumptions, recognitions: float, endpoint_ms: float) -> Quantities:
    """The endpoint's GB-seconds, starts of the share of cold recognitions included."""
    cloud = assumed.cloud
    ms = endpoint_ms + cloud.cold_share * (measured.endpoint_start_ms or 0.0)
    gb_seconds = recognitions * ms * cloud.endpoint_time_factor / 1e3 * cloud.endpoint_memory_mb / 1024
    return {"endpoint": {"sagemaker_serverless_gb_second": gb_seconds}}


def instances(assumed: Assumptions, count: int) -> Quantities:
    return {"endpoint": {assumed.cloud.instance_type: count * assumed.cloud.hours_a_month}}


def bill(prices: PriceList, free_tier: bool, *parts: Quantities) -> dict[str, float]:
    """USD of each item; a price's tiers and free tier count the whole month's quantity once."""
    used: dict[str, float] = {}
    by_item: dict[str, dict[str, float]] = {}
    for part in parts:
        for item, quantities in part.items():
            for price, quantity in quantities.items():
                used[price] = used.get(price, 0.0) + quantity
                of_item = by_item.setdefault(item, {})
                of_item[price] = of_item.get(price, 0.0) + quantity
    rate = {price: prices[price].charge(total, free_tier) / total if total else 0.0 for price, total in used.items()}
    return {item: sum(rate[price] * each for price, each in of.items()) for item, of in by_item.items()}
