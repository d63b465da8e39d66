"""The site's nginx configuration is made from headers.json."""

import json

from infra.deploy.settings import HEADERS
from infra.images.nginx import configuration

API = "http://127.0.0.1:8001/prod/predict"


def test_every_header_is_sent_with_every_answer():
    headers = json.loads(HEADERS.read_text())
    text = configuration(headers, API)
    for name, value in headers.items():
        assert f'add_header {name} "{value.replace("{api}", "http://127.0.0.1:8001")}" always;' in text


def test_no_location_loses_the_servers_headers():
    text = configuration(json.loads(HEADERS.read_text()), API)
    locations = [line for line in text.splitlines() if line.strip().startswith("location")]
    assert locations and not any("add_header" in line for line in locations)


def test_a_quote_in_a_header_stays_inside_its_string():
    assert r'add_header X "a\"b\\" always;' in configuration({"X": 'a"b\\'}, API)
