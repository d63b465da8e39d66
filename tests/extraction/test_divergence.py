"""What is said of two engines, on people whose gaps are known because the test made them."""

import json
import re

import numpy as np
import pytest

from loadtests.clips import Clip
from loadtests.extraction.divergence.divergence import diverge
from loadtests.extraction.divergence.page import Words, render
from loadtests.extraction.divergence.write import write
from loadtests.extraction.errors import ExtractionError
from loadtests.extraction.extract import Extraction
from tests.e2e.processes import ROOT
from tests.extraction.toys import BUNDLE, PLACE, SIZE, extracted, person

LEFT_HAND = [PLACE[f"left_hand_{k}"] for k in range(21)]
FACE = [PLACE[name] for name in ("nose", "left_eye", "right_eye", "left_ear", "right_ear")]


def compare(tmp_path, first, second, gloss="water"):
    """A divergence of clips 0.mp4, 1.mp4 ... whose keypoints the engines gave as listed."""
    names = [f"{number}.mp4" for number in range(len(first))]
    clips = [Clip(name, tmp_path / name, gloss) for name in names]
    sides = [
        Extraction({"engine": engine}, {name: extracted(k) for name, k in zip(names, side, strict=True)})
        for engine, side in (("a", first), ("b", second))
    ]
    return diverge(clips, ("browser", "python"), *sides, BUNDLE)


def moved(keypoints, places, pixels, frames=slice(None)):
    """The same, with `places` `pixels` further to the right."""
    other = keypoints.copy()
    other[frames, places, 0] += pixels / SIZE[0]
    return other


def test_pixels_are_those_of_the_picture_and_of_the_part_that_moved(tmp_path):
    one = person(frames=80)
    found = compare(tmp_path, [one], [moved(moved(one, FACE, 8), LEFT_HAND, 2)])
    parts = {part.part: part for part in found.parts}
    assert parts["face"].median_px == pytest.approx(8, abs=1e-3)
    assert parts["face"].p90_px == pytest.approx(8, abs=1e-3)
    assert parts["left_hand"].median_px == pytest.approx(2, abs=1e-3)
    assert parts["arms"].median_px == parts["right_hand"].median_px == 0
    # The toy's shoulders are a quarter of the picture apart.
    assert parts["face"].median_shoulders == pytest.approx(8 / (SIZE[0] / 4), abs=1e-4)
    assert (parts["face"].frames, parts["face"].clips) == (80, 1)


def test_the_typical_clip_has_an_interval_over_clips(tmp_path):
    one = person()
    found = compare(tmp_path, [one] * 7, [moved(one, FACE, pixels) for pixels in range(7)])
    (face, *_) = found.parts
    assert face.clip_median_px.value == pytest.approx(3, abs=1e-3)
    assert face.clip_median_px.interval.over == "clips"
    assert 0 <= face.clip_median_px.interval.low < 3 < face.clip_median_px.interval.high <= 6.001


def test_a_gap_downwards_counts_by_the_height(tmp_path):
    one = person()
    down = one.copy()
    down[:, FACE, 1] += 0.01
    (face, *_) = compare(tmp_path, [one], [down]).parts
    assert face.median_px == pytest.approx(0.01 * SIZE[1], abs=1e-3)


def test_no_p90_is_told_of_few_frames(tmp_path):
    one = person(frames=63)
    assert all(part.p90_px is None for part in compare(tmp_path, [one], [one]).parts)


def test_a_hand_that_one_engine_missed_counts_as_missed_and_not_as_near(tmp_path):
    one = person()
    first, second = one.copy(), moved(one, LEFT_HAND, 3)
    first[0, LEFT_HAND] = np.nan
    second[1:4, LEFT_HAND] = np.nan
    first[9, LEFT_HAND] = second[9, LEFT_HAND] = np.nan
    found = compare(tmp_path, [first], [second])
    left, right = found.hands
    assert (left.both, left.only_second, left.only_first, left.neither) == (5, 1, 3, 1)
    assert left.agreement == pytest.approx(0.6)
    assert (right.both, right.agreement) == (10, 1)
    (gap,) = [part for part in found.parts if part.part == "left_hand"]
    assert (gap.frames, gap.median_px) == (5, pytest.approx(3, abs=1e-3))


def test_engines_that_repeat_themselves_are_called_identical(tmp_path):
    hidden = person()
    hidden[:, LEFT_HAND] = np.nan
    found = compare(tmp_path, [hidden, person()], [hidden, moved(person(), FACE, 0.01)])
    assert found.identical == 1
    assert found.answers.clips[0].logit_gap == 0


def test_clips_of_other_lengths_are_compared_by_their_answers_only(tmp_path):
    found = compare(tmp_path, [person(), person()], [person(frames=9), person()])
    assert found.as_json()["other_frames"] == ["0.mp4"]
    assert found.frames == 10
    assert len(found.answers.clips) == 2
    assert sum(hand.frames for hand in found.hands) == 20


def test_the_accuracy_of_both_sides_is_paired(tmp_path):
    first = [person(seed=seed) for seed in range(6)]
    second = [person(seed=seed + 50) for seed in range(6)]
    answers = compare(tmp_path, first, second).answers
    guess = answers.clips[0].first
    answers = compare(tmp_path, first, second, gloss=guess).answers
    right = [[clip.first == guess for clip in answers.clips], [clip.second == guess for clip in answers.clips]]
    assert [side.correct for side in answers.accuracy] == [sum(side) for side in right]
    assert answers.paired.only_first == sum(a and not b for a, b in zip(*right, strict=True))
    assert answers.paired.n == 6
    assert answers.same_top1 == sum(clip.first == clip.second for clip in answers.clips)
    assert answers.logit_gap_worst == max(clip.logit_gap for clip in answers.clips) > 0


def test_clips_whose_sign_the_model_does_not_know_have_no_accuracy(tmp_path):
    answers = compare(tmp_path, [person()], [person()], gloss="aardvark").answers
    assert answers.accuracy is answers.paired is None
    assert answers.same_top1 == 1


def test_the_worst_frames_are_found(tmp_path):
    one = person()
    far = moved(moved(one, FACE, 1), LEFT_HAND, 40, frames=6)
    missed = one.copy()
    missed[2:5, LEFT_HAND] = np.nan
    found = compare(tmp_path, [one, one], [far, missed])
    apart, lost = found.worst
    assert (apart.pair.clip.name, apart.frame, apart.part, apart.kind) == ("0.mp4", 6, "left_hand", "apart")
    assert apart.gap_px == pytest.approx(40, abs=1e-3)
    assert (lost.pair.clip.name, lost.frame, lost.part, lost.found_by_first) == ("1.mp4", 3, "left_hand", True)
    (left,) = [part for part in found.parts if part.part == "left_hand"]
    assert (left.worst_clip, left.worst_frame) == ("0.mp4", 6)


def test_a_hand_without_a_body_is_measured_in_pixels_only(tmp_path):
    one = person(frames=4)
    one[:, [k for k in range(len(PLACE)) if k not in LEFT_HAND]] = np.nan
    found = compare(tmp_path, [one], [moved(one, LEFT_HAND, 5)])
    (part,) = found.as_json()["parts"]
    assert (part["median_px"], part["median_shoulders"]) == (pytest.approx(5, abs=1e-3), None)
    assert found.worst == []
    assert write(found, tmp_path / "out", "en").exists()


def test_nothing_in_common_is_one_sentence(tmp_path):
    clip = Clip("a.mp4", tmp_path / "a.mp4", None)
    sides = Extraction({}, {"a.mp4": extracted(person())}), Extraction({}, {}, {"a.mp4": "It is broken."})
    with pytest.raises(ExtractionError, match="No clip went through both engines"):
        diverge([clip], ("browser", "python"), *sides, BUNDLE)


@pytest.fixture
def shown(tmp_path):
    """A divergence with everything in it: apart, missed, refused, and a clip with a real picture."""
    name = "hello_91_A.webm"
    one = person(frames=30)
    far, missed = moved(one, FACE, 30, frames=4), one.copy()
    missed[2:5, LEFT_HAND] = np.nan
    clips = [Clip(name, ROOT / "samples/hello" / name, "hello"), Clip("<b>.mp4", tmp_path / "b.mp4", None)]
    sides = [
        Extraction({"engine": "a", "versions": {"x": "1"}}, {clip.name: extracted(side) for clip, side in pairs})
        for pairs in (zip(clips, (one, one), strict=True), zip(clips, (far, missed), strict=True))
    ]
    sides[1].refused["c.mp4"] = "It holds <nobody>."
    return diverge(clips, ("browser", "python"), *sides, BUNDLE)


def test_the_page_shows_frames_with_both_skeletons_and_loads_nothing(shown):
    page = render(shown, "es")
    assert page.count('<g class="first">') == page.count('<g class="second">') == 2 * len(shown.worst)
    assert "data:image/jpeg;base64," in page
    assert not re.findall(r'(?:src|href)="(?!data:)(?!#)', page)
    assert "<script" not in page
    assert "nan" not in "".join(re.findall(r' d="[^"]*"', page))
    assert re.search(r'<input[^>]*id="show-es" checked>', page)


def test_the_page_names_everything_and_escapes_what_others_wrote(shown):
    page = render(shown, "en")
    assert "It holds &lt;nobody&gt;." in page
    assert "&lt;b&gt;.mp4" in page and "<b>" not in page
    for part in shown.parts:
        assert Words("en")(f"part.{part.part}") in page
        assert Words("es")(f"part.{part.part}") in page


def test_both_languages_have_the_same_strings_with_the_same_gaps():
    def flat(strings, prefix=""):
        for key, value in strings.items():
            yield from flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, value)]

    spoken = [
        dict(flat(json.loads((ROOT / f"loadtests/extraction/divergence/{language}.json").read_text())))
        for language in ("en", "es")
    ]
    assert spoken[0].keys() == spoken[1].keys()
    for key, text in spoken[0].items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", spoken[1][key])), key


def test_the_numbers_are_written_as_json_beside_the_page(shown, tmp_path):
    page = write(shown, tmp_path / "out", "en")
    written = json.loads((tmp_path / "out" / "divergence.json").read_text())
    assert sorted(path.name for path in page.parent.iterdir()) == ["divergence.json", "index.html"]
    assert written["clips"] == 2
    assert written["refused"] == [{"engine": "python", "clip": "c.mp4", "message": "It holds <nobody>."}]
    assert written["sizes"] == {"640x480": 2}
    assert written["answers"]["paired"]["n"] == 1
    assert [frame["kind"] for frame in written["worst"]] == ["apart", "missed"]


def test_nothing_half_written_is_left_where_it_cannot_be_written(shown, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError):
        write(shown, tmp_path / "file", "en")
