"""From a clip to its sign, and the same every time."""

import base64
import json

import numpy as np
import pytest

from tests.edge_site.conftest import ROOT, call, clip, extract, shared


def keypoints(extraction: dict) -> np.ndarray:
    return np.frombuffer(base64.b64decode(extraction["keypoints"]), "<f4").reshape(extraction["frames"], 54, 2)


@pytest.fixture
def page(site, new_page):
    return new_page(f"{site}?fps=8&lang=en")


def test_a_shipped_clip_is_recognised_by_the_bundled_model(page):
    ready = call(page, "ready")["value"]
    manifest = json.loads((ROOT / "models" / "default" / "manifest.json").read_text())
    assert ready["sha256"] == manifest["files"][manifest["default_file"]]["sha256"]
    assert ready["labels"] == manifest["labels"]
    assert ready["isolated"] is True
    extraction = extract(page, clip("hello"))["value"]
    assert (extraction["width"], extraction["height"]) == (640, 480)
    assert extraction["frames"] == pytest.approx(1.92 * 8, abs=1)
    assert extraction["frames_with"]["pose"] == extraction["frames"]
    answer = call(page, "classify", extraction["keypoints"])["value"]
    assert "hello" in [guess["label"] for guess in answer["top"]]
    assert answer["sha256"] == ready["sha256"]
    assert len(answer["logits"]) == len(manifest["labels"])


def test_the_stages_of_an_extraction_add_up(page):
    ms = extract(page, clip("please"))["value"]["ms"]
    assert ms["extract"] == pytest.approx(ms["decode"] + ms["landmarks"])
    assert max(ms["pose"], ms["hands"]) <= ms["landmarks"]


def test_a_clip_gives_the_same_keypoints_whatever_came_before(site, new_page, page):
    first = extract(page, clip("hello"))["value"]["keypoints"]
    other = extract(page, clip("please"))["value"]["keypoints"]
    again = extract(page, clip("hello"))["value"]["keypoints"]
    fresh = extract(new_page(f"{site}?fps=8"), clip("please"))["value"]["keypoints"]
    assert again == first
    assert fresh == other
    assert first != other


def test_two_clips_handed_over_at_once_wait_their_turn(page):
    alone = extract(page, clip("hello"))["value"]["keypoints"]
    both = page.evaluate(
        "Promise.all([cerca.extract(), cerca.extract()]).then(found => found.map(({ keypoints }) => keypoints))"
    )
    assert both == [alone, alone]


def test_threads_are_one_where_the_host_sends_no_isolation_headers(dist, new_page, plain_host):
    page = new_page(f"{plain_host}?threads=2")
    ready = call(page, "ready")["value"]
    assert (ready["isolated"], ready["threads"]) == (False, 1)
    assert call(page, "benchmark", {"frames": 20, "warmup": 1, "runs": 2})["value"]["bare"]


def test_two_threads_give_the_same_answer_as_one(site, new_page, page):
    two = new_page(f"{site}?fps=8&threads=2")
    assert call(two, "ready")["value"]["threads"] == 2
    seen = extract(page, clip("hello"))["value"]["keypoints"]
    assert call(two, "classify", seen)["value"]["logits"] == pytest.approx(
        call(page, "classify", seen)["value"]["logits"], abs=1e-4
    )


def test_the_benchmark_returns_every_run_of_both_ways(page):
    times = call(page, "benchmark", {"frames": 70, "warmup": 2, "runs": 25})["value"]
    assert len(times["bare"]) == len(times["page"]) == 25
    assert min(times["bare"] + times["page"]) > 0


@pytest.mark.parametrize("name", ["all_done_1", "all_done_4"])
def test_left_and_right_are_the_persons_own(page, name):
    """Against holistic keypoints of the same clips, in which a missing point is (0, 0)."""
    reference = np.load(shared("baby_signs/keypoints_holistic_0.10.21.npz"))[name]
    found = keypoints(extract(page, shared(f"baby_signs/clips/{name}.mp4"))["value"])
    every = round(30 / 8)
    frames = min(len(found), len(reference[::every]))
    for side in (slice(11, 32), slice(32, 53)):
        ours, theirs = found[:frames, side], reference[::every][:frames, side]
        both = ~np.isnan(ours).any((1, 2)) & theirs.any((1, 2))
        assert both.sum() >= 5
        assert np.median(np.abs(ours[both] - theirs[both])) < 0.03


def test_a_clip_is_turned_as_its_container_asks(page, tmp_path):
    source = shared("human_clip/test_video.mp4")
    turned = tmp_path / "turned.mp4"
    turned.write_bytes(with_rotation_of_90_degrees(source.read_bytes()))
    before, after = extract(page, source)["value"], extract(page, turned)["value"]
    assert (before["width"], before["height"]) == (after["height"], after["width"]) == (540, 720)
    nose_before, nose_after = (np.nanmedian(keypoints(found)[:, 0], axis=0) for found in (before, after))
    # Clockwise: what was down is now left.
    assert nose_after == pytest.approx([1 - nose_before[1], nose_before[0]], abs=0.05)


def with_rotation_of_90_degrees(mp4: bytes) -> bytes:
    """Rewrites the matrix of the first track header (ISO/IEC 14496-12, 8.3.2, version 0)."""
    start = mp4.index(b"tkhd") + 4
    assert mp4[start] == 0
    matrix = np.array([0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30], ">i4").tobytes()
    return mp4[: start + 40] + matrix + mp4[start + 76 :]
