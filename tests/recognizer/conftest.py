import numpy as np
import pytest
import torch

from recognizer import build, bundle_writer, export, splits
from recognizer import keypoints as kp
from recognizer.datasets import Dataset
from recognizer.preprocess import NEUTRAL
from recognizer.spoter import Architecture, Spoter

LABELS = ("one", "two", "three")


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def signer(rng):
    """A person who moves, seen from the front: float32 [frames, 54, 2], image units, left hand never seen."""

    def make(frames: int) -> np.ndarray:
        body = np.full((frames, kp.COUNT, 2), np.nan)
        for name, place in NEUTRAL.items():
            body[:, kp.INDEX[name]] = place
        body[:, kp.RIGHT_HAND] = body[:, [kp.INDEX["right_wrist"]]] + rng.uniform(-0.2, 0.2, (21, 2))
        body[:, : kp.NECK] += rng.normal(0, 0.05, (frames, kp.NECK, 2))
        body[:, kp.NECK] = (body[:, kp.INDEX["left_shoulder"]] + body[:, kp.INDEX["right_shoulder"]]) / 2
        return (body * 0.2 + 0.5).astype(np.float32)

    return make


@pytest.fixture
def people(signer):
    """Three clips, each of another length; no left hand anywhere."""
    return [signer(frames) for frames in (3, 5, 4)]


@pytest.fixture(scope="session")
def random_model():
    """The shipped sizes, weights not trained."""
    torch.manual_seed(3)
    return Spoter(Architecture(classes=len(LABELS))).eval()


@pytest.fixture(scope="session")
def model_files(random_model):
    return build.model_files(random_model)


@pytest.fixture
def sessions(model_files):
    return {name: export.single_threaded_session(content) for name, content in model_files.items()}


@pytest.fixture
def written(tmp_path, model_files, random_model):
    """A bundle of the random model in a folder of its own."""
    return bundle_writer.write(
        tmp_path / "tiny",
        arch=random_model.arch,
        labels=LABELS,
        models=model_files,
        provenance={},
        training={},
        accuracy=[],
    )


@pytest.fixture
def toy(signer):
    """Two signs that differ only in direction: the right hand rises, or falls."""
    rng = np.random.default_rng(1)
    clips, labels = [], []
    for i in range(96):
        clip = signer(12)
        rise = np.linspace(0, 0.25, 12)[:, None] * rng.uniform(0.8, 1.2)
        moved = [kp.INDEX["right_wrist"], *range(kp.RIGHT_HAND.start, kp.RIGHT_HAND.stop)]
        clip[:, moved, 1] -= rise if i % 2 else rise[::-1]
        clips.append(clip)
        labels.append(i % 2)
    session = np.array([f"R{i // 24}" for i in range(96)])
    signers = np.where(np.arange(96) < 48, "S1", "S2")
    return Dataset(
        name="toy",
        clips=tuple(clips),
        label=np.array(labels),
        labels=("rise", "fall"),
        signer=signers,
        session=session,
        clip=np.array([f"toy-{i}" for i in range(96)]),
        fps=np.full(96, 15.0),
    )


@pytest.fixture
def toy_file(tmp_path, toy):
    path = tmp_path / "toy.npz"
    session = np.array([splits.HELD_OUT_SESSIONS[0] if name == "R0" else name for name in toy.session])
    np.savez(
        path,
        keypoints=np.nan_to_num(np.stack(toy.clips)),
        label=toy.label,
        labels=np.array(toy.labels),
        signer=toy.signer,
        session=session,
    )
    return path
