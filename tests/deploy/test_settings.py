"""What a deployment is asked to be, what it costs, and its record."""

import json
import re

import pytest

from infra.deploy.cost import PRICES, estimate
from infra.deploy.errors import DeployError
from infra.deploy.record import Deployment
from infra.deploy.settings import Settings


@pytest.mark.parametrize("name", ["", "C", "Cerca", "a_b", "-a", "a-", "a" * 33])
def test_a_name_that_aws_would_refuse_is_refused_here(name):
    with pytest.raises(DeployError, match="lower-case"):
        Settings("aws", name=name)


def test_localstack_needs_an_address_for_the_endpoint():
    with pytest.raises(DeployError, match="--sagemaker-url"):
        Settings("localstack")


def test_an_instance_costs_by_the_hour_and_a_serverless_endpoint_by_the_request():
    serverless, realtime = estimate(Settings("aws")), estimate(Settings("aws", mode="realtime"))
    hourly = json.loads(PRICES.read_text())["prices"]["ml.t2.medium"]["usd"]
    assert realtime.month - serverless.month == pytest.approx(hourly * 730)
    assert serverless.predictions > realtime.predictions


def test_an_instance_without_a_price_is_not_guessed():
    with pytest.raises(DeployError, match=r"ml\.new\.large"):
        estimate(Settings("aws", mode="realtime", instance_type="ml.new.large"))


def test_the_prices_are_dated_and_have_sources():
    table = json.loads(PRICES.read_text())
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", table["checked"])
    assert all(re.match(r"https://(docs\.)?aws\.amazon\.com/", address) for address in table["sources"].values())
    assert all(price["source"] in table["sources"] for price in table["prices"].values())


def test_a_record_is_read_as_it_was_written(tmp_path):
    deployment = Deployment("aws", "cerca", "us-east-1", "", True, "https://api", "https://site", "abc")
    deployment.write(tmp_path / "deployment.json")
    assert Deployment.read(tmp_path / "deployment.json") == deployment
    assert [path.name for path in tmp_path.iterdir()] == ["deployment.json"]


def test_a_record_that_is_missing_or_foreign_is_one_sentence(tmp_path):
    with pytest.raises(DeployError, match="deploy first"):
        Deployment.read(tmp_path / "none.json")
    (tmp_path / "foreign.json").write_text('{"other": 1}')
    with pytest.raises(DeployError, match="not a deployment"):
        Deployment.read(tmp_path / "foreign.json")


def test_the_settings_reach_the_template_as_parameters():
    parameters = Settings("aws", monthly_budget=7, require_api_key=True).parameters(CodeKey="code/x.zip")
    assert (parameters["MonthlyBudget"], parameters["RequireApiKey"], parameters["CodeKey"]) == (
        "7",
        "true",
        "code/x.zip",
    )
    assert all(isinstance(value, str) for value in parameters.values())
