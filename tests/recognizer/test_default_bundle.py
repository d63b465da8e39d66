"""What the project ships is whole, and says what it is."""

import re
from pathlib import Path

import numpy as np
import pytest

from recognizer import bundle, export
from recognizer import keypoints as kp

DEFAULT = Path(__file__).parents[2] / "models" / "default"


@pytest.fixture(scope="module")
def shipped():
    return bundle.load(DEFAULT)


def test_it_states_its_vocabulary_keypoints_training_and_licence(shipped):
    assert len(shipped.labels) == len(set(shipped.labels)) == 16
    assert list(shipped.keypoints) == kp.as_manifest()
    assert shipped.manifest["provenance"]["notice"] == "Copyright (c) 2022 traduttore"
    assert "cerca train" in shipped.manifest["training"]["command"]
    assert {entry["file"] for entry in shipped.manifest["accuracy"]} == {*shipped.files, None}


def test_every_file_answers_within_its_limits(shipped, signer):
    for name in shipped.files:
        session = export.single_threaded_session(shipped.model(name).path.read_bytes())
        assert [value.name for value in session.get_inputs()] == [shipped.input_name]
        for frames in (shipped.min_frames, 48, shipped.max_frames):
            (logits,) = session.run([shipped.output_name], {shipped.input_name: signer(frames)})
            assert logits.shape == (len(shipped.labels),) and np.isfinite(logits).all()


def test_a_person_who_does_nothing_is_idle(shipped, signer):
    still = signer(48)
    still[:, kp.RIGHT_HAND] = np.nan
    session = export.single_threaded_session(shipped.model().path.read_bytes())
    (logits,) = session.run(["logits"], {"keypoints": still})
    assert shipped.labels[logits.argmax()] == "idle"


def test_no_path_of_the_machine_that_made_it_is_inside(shipped):
    for path in DEFAULT.iterdir():
        assert not re.search(rb"/(home|root|tmp|work|Users)/", path.read_bytes())
