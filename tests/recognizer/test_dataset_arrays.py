"""One array a clip beside a manifest, as a dataset: what the two do not agree on is named with its line."""

import numpy as np
import pytest

from recognizer import datasets
from recognizer.errors import DatasetError
from tests.recognizer.dataset_formats import GLOSSES, holds


@pytest.fixture
def arrays(tmp_path, people):
    lines = ["clip,label,signer,fps", *(f"clips/{g}_{i}.mp4,{g},S{i},30" for i, g in enumerate(GLOSSES))]
    (tmp_path / "manifest.csv").write_text("\n".join(lines))
    path = tmp_path / "keypoints.npz"
    np.savez(path, **{f"{g}_{i}": np.nan_to_num(people[i]) for i, g in enumerate(GLOSSES)})
    return path


def test_one_array_a_clip_is_read_by_the_manifest_beside_it(arrays, people):
    loaded = datasets.load(arrays)
    assert holds(loaded, people) and loaded.signer.tolist() == ["S0", "S1", "S2"] and loaded.fps.tolist() == [30] * 3


def test_an_array_that_the_manifest_names_and_nobody_has_is_named_with_its_line(arrays):
    manifest = arrays.with_name("manifest.csv")
    manifest.write_text(manifest.read_text() + "\nclips/bye.mp4,bye,S1,30")
    with pytest.raises(DatasetError, match=r"manifest\.csv, line 5: keypoints\.npz has no array 'bye'"):
        datasets.load(arrays)


def test_an_array_that_the_manifest_does_not_name_is_left_out_and_named(arrays):
    manifest = arrays.with_name("manifest.csv")
    manifest.write_text("\n".join(manifest.read_text().splitlines()[:3]))
    loaded = datasets.load(arrays)
    assert len(loaded) == 2 and any("hello_2" in note for note in loaded.notes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("clip,gloss\na,b", "no column 'label'"),
        ("clip,label", "names no clip"),
        ("clip,label\n,hello", "line 2 names no clip"),
        ("clip,label,fps\nhello_0.mp4,hello,fast", "line 2: fps 'fast'"),
    ],
)
def test_a_manifest_that_cannot_be_used_says_which_line(arrays, text, said):
    arrays.with_name("manifest.csv").write_text(text)
    with pytest.raises(DatasetError, match=r"manifest\.csv") as caught:
        datasets.load(arrays)
    assert said in str(caught.value)


def test_a_manifest_that_is_not_text_is_refused(arrays):
    arrays.with_name("manifest.csv").write_bytes(b"clip,label\n\xff\xfe")
    with pytest.raises(DatasetError, match="UTF-8"):
        datasets.load(arrays)
