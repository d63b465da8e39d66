"""The bar beside the legacy landmarker: a ratio of pairs, and accuracy that may not be lower."""

import io

import pytest
from rich.console import Console

from loadtests import bench_legacy
from loadtests.bench_legacy import Pair, legacy_bar, show_accuracy


def pair(ours_ms: float, legacy_ms: float, ours: bool = True, legacy: bool = True) -> Pair:
    return Pair("clip", {"ours": ours_ms, "legacy_cpu": legacy_ms}, {"ours": ours, "legacy_cpu": legacy})


def test_the_bar_is_held_to_the_ratio_of_each_clip_and_not_to_the_sums():
    long_clip = pair(10_000, 10_000)
    short_clips = [pair(100, 600) for _ in range(8)]
    bar = legacy_bar([long_clip, *short_clips])
    assert bar.figure.value == pytest.approx(6)
    assert bar.n == 9
    assert bar.met
    assert not legacy_bar([pair(100, 400)] * 8).met


@pytest.mark.parametrize(
    ("pairs", "kept"),
    [
        ([pair(1, 1, True, False), pair(1, 1)], True),
        ([pair(1, 1), pair(1, 1)], True),
        ([pair(1, 1, False, True), pair(1, 1)], False),
        ([Pair("unlabelled", {"ours": 1, "legacy_cpu": 1}, None)], True),
    ],
)
def test_accuracy_may_not_be_lower(pairs, kept):
    assert show_accuracy(pairs, Console(file=io.StringIO())) is kept


def test_a_folder_without_clips_is_one_sentence(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("sys.argv", ["bench_legacy", str(tmp_path)])
    assert bench_legacy.main() == 2
    assert "holds no clips" in " ".join(capsys.readouterr().out.split())
