import json

import pytest

from loadtests.network.errors import ProfileError
from loadtests.network.profiles import find, shipped

GOOD = {
    "rtt_ms": 40,
    "jitter_ms": 1,
    "loss": 0.01,
    "up_mbit": 5,
    "down_mbit": 20,
    "source": "mine",
    "date": "2026-11-01",
}


def own(tmp_path, **changes):
    fields = {name: value for name, value in (GOOD | changes).items() if value != "absent"}
    path = tmp_path / "office.json"
    path.write_text(json.dumps(fields))
    return str(path)


def test_every_shipped_profile_says_where_its_figures_come_from_and_since_when():
    for profile in shipped().values():
        assert profile.source and profile.date
        assert set(profile.title) == {"en", "es"}
        assert profile.emulated == (profile.name != "loopback")
        # A figure that nobody measured is called what it is.
        assert profile.name == "loopback" or "assumption" in profile.source


def test_a_users_own_profile_is_a_file(tmp_path):
    profile = find(own(tmp_path))
    assert (profile.name, profile.rtt_ms, profile.down_mbit, profile.title["es"]) == ("office", 40, 20, "office")
    assert find(own(tmp_path, up_mbit=None)).up_mbit is None
    assert find(own(tmp_path, loss="absent")).loss == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"rtt_ms": -1}, "rtt_ms must be at least 0"),
        ({"rtt_ms": "fast"}, "rtt_ms must be a number"),
        ({"rtt_ms": True}, "rtt_ms must be a number"),
        ({"loss": 1}, "loss must be at least 0 and at most 0.5"),
        ({"up_mbit": 0}, "up_mbit must be more than 0"),
        ({"down_mbit": 20_000}, "down_mbit must be more than 0 and at most 1000"),
        ({"jitter_ms": 30}, "jitter_ms must be at most half of rtt_ms"),
        ({"source": " "}, "source must be a text"),
        ({"date": "absent"}, "date must be a text"),
        ({"title": "office"}, "title must be an object"),
        ({"bandwidth": 3}, "there is no field 'bandwidth'"),
    ],
)
def test_a_wrong_field_is_named_with_its_file(tmp_path, changes, sentence):
    with pytest.raises(ProfileError, match=r"office\.json") as error:
        find(own(tmp_path, **changes))
    assert sentence in str(error.value)


def test_what_is_no_profile_is_one_sentence(tmp_path):
    with pytest.raises(ProfileError, match=r"choose loopback, lima-fibre, .* or name a .json file"):
        find("dsl")
    with pytest.raises(ProfileError, match="cannot be read"):
        find(str(tmp_path / "none.json"))
    (tmp_path / "torn.json").write_text("{")
    with pytest.raises(ProfileError, match="is not JSON"):
        find(str(tmp_path / "torn.json"))
    (tmp_path / "list.json").write_text("[]")
    with pytest.raises(ProfileError, match="must be an object"):
        find(str(tmp_path / "list.json"))
    (tmp_path / "poor-3g.json").write_text(json.dumps(GOOD))
    with pytest.raises(ProfileError, match="another name"):
        find(str(tmp_path / "poor-3g.json"))
