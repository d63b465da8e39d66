"""Folders of clips as a dataset, and files that are none."""

from recognizer import datasets, extractor
from tests.recognizer.dataset_formats import refusal


def test_clips_go_through_the_extractor(tmp_path, toy, monkeypatch):
    asked = []

    def extract(path):
        asked.append(path)
        return toy.noted("One clip was refused.")

    monkeypatch.setattr(extractor, "of_clips", extract)
    loaded = datasets.load(tmp_path)
    assert asked == [tmp_path] and len(loaded) == len(toy) and "One clip was refused." in loaded.notes


def test_clips_without_an_extractor_say_what_to_run(tmp_path, monkeypatch):
    monkeypatch.setattr(extractor, "of_clips", None)
    (tmp_path / "manifest.csv").write_text("clip,label\na.mp4,a\n")
    assert "cerca extract" in refusal(tmp_path)
    assert "cerca extract" in refusal(tmp_path / "manifest.csv")


def test_a_foreign_file_says_what_can_be_read(tmp_path):
    path = tmp_path / "weights.pth"
    path.write_bytes(b"")
    assert "no known format" in refusal(path)
