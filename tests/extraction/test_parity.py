"""The Python rules give what `parity.json` says; `edge_site/tests/parity.test.ts` says the same of the site's."""

import json

import pytest

from tests.extraction import parity

FIXTURE = json.loads(parity.FILE.read_text())


@pytest.mark.parametrize("number", range(len(FIXTURE["frames"])))
def test_a_frame_becomes_the_keypoints_that_the_site_makes_of_it(number):
    frame = FIXTURE["frames"][number]
    assert parity.row(frame) == frame["row"]


def test_the_frames_include_every_kind_of_hand():
    rows = [frame["row"] for frame in FIXTURE["frames"]]
    names = [point["name"] for point in FIXTURE["layout"]]
    left, right = 2 * names.index("left_hand_0"), 2 * names.index("right_hand_0")
    assert {(row[left] is None, row[right] is None) for row in rows} == {(a, b) for a in (0, 1) for b in (0, 1)}
    assert any(len(frame["hands"]) > 1 and (None in frame["row"][left:]) for frame in FIXTURE["frames"]), "doubles"
    assert any(frame["pose"] is None and frame["hands"] for frame in FIXTURE["frames"])


@pytest.mark.parametrize("recording", FIXTURE["recordings"])
def test_a_recording_is_sampled_as_the_site_samples_it(recording):
    assert parity.kept(recording) == recording["kept"]


@pytest.mark.parametrize("length", FIXTURE["lengths"])
def test_a_long_clip_gets_the_rate_that_the_site_gives_it(length):
    assert parity.fitting(length["fps"], length["duration"], length["maxFrames"]) == length["fitting"]
