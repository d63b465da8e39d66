import pytest

from loadtests.clips import find_clips
from loadtests.errors import ClipError
from recognizer.datasets.labels import normalised


def touch(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    return path


def test_a_folder_a_gloss_names_the_gloss(tmp_path):
    touch(tmp_path / "Thank_You" / "one.mp4")
    touch(tmp_path / "hello" / "two.webm")
    touch(tmp_path / "hello" / "notes.txt")
    assert [(clip.name, clip.gloss) for clip in find_clips(tmp_path)] == [
        ("Thank_You/one.mp4", "thank-you"),
        ("hello/two.webm", "hello"),
    ]


def test_a_clip_without_a_folder_has_no_gloss(tmp_path):
    touch(tmp_path / "someone.mp4")
    (clip,) = find_clips(tmp_path)
    assert clip.gloss is None


def test_a_manifest_wins_over_the_folders(tmp_path):
    touch(tmp_path / "clips" / "a.mp4")
    touch(tmp_path / "clips" / "unlisted.mp4")
    (tmp_path / "manifest.csv").write_text("clip,label,signer\nclips/a.mp4,water,S1\n")
    (clip,) = find_clips(tmp_path)
    assert (clip.name, clip.gloss, clip.signer) == ("clips/a.mp4", "water", "S1")


def test_an_empty_folder_says_what_to_put_there(tmp_path):
    with pytest.raises(ClipError, match=r"holds no clips: put them there as GLOSS/clip\.mp4"):
        find_clips(tmp_path)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ClipError, match="nowhere is not a folder"):
        find_clips(tmp_path / "nowhere")


def test_a_manifest_without_its_columns_names_those_it_has(tmp_path):
    (tmp_path / "manifest.csv").write_text("file,gloss\n")
    with pytest.raises(ClipError, match="needs the columns clip and label; it has file, gloss"):
        find_clips(tmp_path)


def test_a_manifest_that_names_a_missing_file_names_the_line(tmp_path):
    (tmp_path / "manifest.csv").write_text("clip,label\nnone.mp4,water\n")
    with pytest.raises(ClipError, match=r"manifest\.csv, line 2: there is no file"):
        find_clips(tmp_path)


@pytest.mark.parametrize("written", ["thank_you", "Thank You", "thank-you", " THANK  you "])
def test_spellings_of_a_gloss_are_one_gloss(written):
    assert normalised(written) == "thank-you"


def test_a_manifest_may_be_named_itself_and_say_the_session(tmp_path):
    touch(tmp_path / "a.mp4")
    manifest = tmp_path / "mine.csv"
    manifest.write_text("clip,label,session\na.mp4,water,R1\n")
    (clip,) = find_clips(manifest)
    assert (clip.gloss, clip.signer, clip.session) == ("water", None, "R1")
