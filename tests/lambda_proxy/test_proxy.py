"""The function between an event and the endpoint, the endpoint replaced by a recording one."""

import base64
import json
from types import SimpleNamespace

import pytest

from lambda_proxy.answers import Answers
from lambda_proxy.endpoint_client import EndpointAnswer
from lambda_proxy.errors import EndpointTimeout, Refused
from lambda_proxy.proxy import Proxy
from lambda_proxy.request import MAX_BODY_BYTES
from tests.lambda_proxy.events import CLIP, rest_event


def with_headers(**headers: str):
    event = rest_event()
    return {**event, "headers": {**event["headers"], **headers}}


def code(answer) -> str:
    return json.loads(answer["body"])["error"]["code"]


def test_json_goes_on_as_it_came(ask, client):
    body = b'{"keypoints": [[[0.5, 0.5]]], "x": "\xc3\xb1"}'
    ask(rest_event(body, "application/json"))
    assert client.asked[0].body == body
    assert client.asked[0].content_type == "application/json"


def test_binary_goes_on_decoded(ask, client):
    ask(rest_event())
    assert client.asked[0].body == CLIP


def test_an_event_of_an_http_api_is_understood_too(ask, client):
    event = rest_event(top_k="2")
    event = {
        "version": "2.0",
        "headers": {"content-type": "application/x-npy"},
        **{name: event[name] for name in ("queryStringParameters", "body", "isBase64Encoded")},
    }
    assert ask(event)["statusCode"] == 200
    assert client.asked[0].custom_attributes == "top_k=2"


def test_options_become_custom_attributes_and_other_parameters_are_left_out(ask, client):
    ask(rest_event(top_k="3", logits="1", utm_source="mail"))
    assert client.asked[0].custom_attributes == "top_k=3;logits=1"


def test_the_endpoints_body_is_the_answer(ask, client):
    client.outcome = EndpointAnswer(b'{"top": [{"label": "hello"}]}', "")
    answer = ask(rest_event())
    assert answer["statusCode"] == 200
    assert answer["body"] == client.outcome.body.decode()
    assert answer["isBase64Encoded"] is False


def test_an_npy_answer_goes_as_base64_under_its_own_type(ask, client):
    client.outcome = EndpointAnswer(b"\x93NUMPY\xff", "", "application/x-npy")
    answer = ask(with_headers(Accept="application/x-npy, application/json"))
    assert client.asked[0].accept == "application/x-npy"
    assert (answer["isBase64Encoded"], base64.b64decode(answer["body"])) == (True, b"\x93NUMPY\xff")
    assert answer["headers"]["Content-Type"] == "application/x-npy"


@pytest.mark.parametrize("accept", ["*/*", "application/json, application/x-npy", "image/png", ""])
def test_everybody_else_is_answered_in_json(ask, client, accept):
    ask(with_headers(Accept=accept))
    assert client.asked[0].accept == "application/json"


def test_an_answer_that_is_no_text_is_a_502(ask, client):
    client.outcome = EndpointAnswer(b"\xff\xfe", "", "application/json")
    assert code(ask(rest_event())) == "endpoint_failed"


@pytest.mark.parametrize("outcome", [EndpointAnswer(b"{}", ""), Refused(422, "no_person", "Nobody.", "")])
def test_an_idempotency_key_is_passed_on_and_echoed_whatever_the_answer(ask, client, outcome):
    client.outcome = outcome
    answer = ask(with_headers(**{"idempotency-key": "clip-7"}))
    assert client.asked[0].idempotency_key == "clip-7"
    assert answer["headers"]["Idempotency-Key"] == "clip-7"
    assert "Idempotency-Key" in answer["headers"]["Access-Control-Expose-Headers"]


def test_without_a_key_none_is_made_up(ask, client):
    assert "Idempotency-Key" not in ask(rest_event())["headers"]
    assert client.asked[0].idempotency_key == ""


@pytest.mark.parametrize("key", ["x" * 65, "a b", "ñ", "a\r\nX: y"])
def test_a_key_that_the_service_would_not_take_is_refused(ask, client, key):
    answer = ask(with_headers(**{"Idempotency-Key": key}))
    assert (answer["statusCode"], code(answer)) == (400, "bad_idempotency_key")
    assert client.asked == []
    assert "Idempotency-Key" not in answer["headers"]


def test_server_timing_names_every_part(ask):
    entries = dict(entry.split(";dur=") for entry in ask(rest_event())["headers"]["Server-Timing"].split(", "))
    assert list(entries) == ["handler", "sagemaker", "endpoint-decode", "endpoint-inference"]
    assert float(entries["handler"]) >= float(entries["sagemaker"]) >= 0
    assert entries["endpoint-inference"] == "0.6"


@pytest.mark.parametrize("event", [rest_event(), rest_event(content_type="text/plain")])
def test_every_answer_may_be_read_by_the_site(ask, event):
    headers = ask(event)["headers"]
    assert headers["Access-Control-Allow-Origin"] == "https://signs.example"
    assert "Server-Timing" in headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(
    ("event", "status", "expected"),
    [
        (rest_event(content_type="text/csv"), 415, "unsupported_type"),
        ({**rest_event(), "headers": None}, 415, "unsupported_type"),
        (rest_event(b""), 400, "empty_body"),
        ({**rest_event(), "body": None}, 400, "empty_body"),
        ({**rest_event(), "body": "not*base64"}, 400, "bad_base64"),
        (rest_event(b"\0" * (MAX_BODY_BYTES + 1)), 413, "too_large"),
        (rest_event(top_k="0"), 400, "bad_option"),
        (rest_event(top_k="5;logits=1"), 400, "bad_option"),
        (rest_event(top_k="²"), 400, "bad_option"),
        (rest_event(logits="yes"), 400, "bad_option"),
        (rest_event(logits="1\r\nX-Amz-Target: x"), 400, "bad_option"),
    ],
)
def test_a_wrong_request_costs_no_invocation_of_the_endpoint(ask, client, event, status, expected):
    answer = ask(event)
    assert (answer["statusCode"], code(answer)) == (status, expected)
    assert client.asked == []
    assert "sagemaker" not in answer["headers"]["Server-Timing"]


def test_a_failed_endpoint_still_says_how_long_it_was_waited_for(ask, client):
    client.outcome = EndpointTimeout("Read timeout on endpoint URL")
    answer = ask(rest_event())
    assert (answer["statusCode"], code(answer)) == (504, "endpoint_timeout")
    assert "sagemaker;dur=" in answer["headers"]["Server-Timing"]


def test_details_go_to_the_log_and_not_to_the_client(ask, client, capsys):
    client.outcome = Refused(422, "no_person", "No frame has a keypoint.", "arn:aws:sagemaker:secret")
    answer = ask(rest_event())
    line = json.loads(capsys.readouterr().out)
    assert line["detail"] == "arn:aws:sagemaker:secret"
    assert line["status"] == 422
    assert "arn:" not in answer["body"]


def test_the_log_is_one_json_line_without_the_clip(ask, capsys):
    event = rest_event(b'{"keypoints": [[[0.123456, 0.5]]]}', "application/json")
    ask(event)
    output = capsys.readouterr().out
    assert output.count("\n") == 1
    assert json.loads(output)["request_id"]
    assert "0.123456" not in output


@pytest.mark.parametrize(("remaining", "seconds"), [(28_000, 25), (10_000, 9), (500, 0.1)])
def test_the_endpoint_is_waited_for_no_longer_than_the_function_lives(client, remaining, seconds):
    context = SimpleNamespace(aws_request_id="1", get_remaining_time_in_millis=lambda: remaining)
    Proxy(client, Answers("*"))(rest_event(), context)
    assert client.seconds == pytest.approx(seconds)
