"""What tests of every dataset format share: labels, and damage that gets one sentence with its place."""

import numpy as np
import pytest

from recognizer import datasets
from recognizer.errors import DatasetError

GLOSSES = ("hello", "Thank_You", "hello")
LABELS = ("hello", "thank-you")


def refusal(path) -> str:
    with pytest.raises(DatasetError) as caught:
        datasets.load(path)
    message = str(caught.value)
    assert str(path) in message and "\n" not in message
    return message


def holds(loaded, people, tolerance=1e-6):
    """Whether the dataset has the three clips with their labels."""
    assert loaded.labels == LABELS and loaded.label.tolist() == [0, 1, 0]
    for got, person in zip(loaded.clips, people, strict=True):
        assert got.dtype == np.float32
        np.testing.assert_allclose(got, person, atol=tolerance)
    return True


def damaged(path, times):
    """The file cut short, and with a byte changed, so many times each."""
    whole, rng = path.read_bytes(), np.random.default_rng(0)
    yield from (whole[:end] for end in rng.integers(0, len(whole), times))
    for at in rng.integers(0, len(whole), times):
        yield whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]


def is_read_or_refused_in_one_sentence(path, named, clips, times=25):
    refused = 0
    for content in damaged(path, times):
        path.write_bytes(content)
        try:
            assert len(datasets.load(named)) <= clips
        except DatasetError as error:
            assert str(named) in str(error) and "\n" not in str(error)
            refused += 1
    return refused > 0
