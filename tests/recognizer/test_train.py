"""The real loop on a toy set: it learns, repeats itself, and is interrupted without harm."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from rich.progress import Progress

from recognizer import bundle, evaluate, export, splits, train, weights
from recognizer import keypoints as kp
from recognizer.augment import augment, mirror
from recognizer.build import build
from recognizer.errors import TrainingError
from recognizer.spoter import Architecture

SETTINGS = train.Settings(epochs=30, batch=16, learning_rate=3e-3)


def ignore(_epoch, _model):
    pass


def fit(toy, **changes):
    losses = []
    settings = train.Settings(**(SETTINGS.as_dict() | changes))
    fitted = train.fit(toy, Architecture(classes=2), settings, lambda epoch, model: losses.append(epoch.loss))
    return fitted.model, losses


def test_training_learns_the_direction_of_a_movement(toy):
    model, losses = fit(toy)
    assert losses[-1] < losses[0]
    fresh = toy.resampled(31)
    assert evaluate.score(export.to_onnx(model), fresh).top(1) >= 0.95


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(toy):
    first, second, other = (fit(toy, epochs=1, seed=seed)[0].state_dict() for seed in (5, 5, 6))
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_a_diverging_run_stops_with_one_sentence(toy):
    with pytest.raises(TrainingError, match="--learning-rate"):
        fit(toy, learning_rate=1e30)


def test_classes_and_sessions_are_drawn_equally_often(toy):
    uneven = toy.subset(np.arange(96) < 60)
    drawn = train.balance(uneven).numpy()
    for label in (0, 1):
        for session in ("R0", "R1", "R2"):
            share = drawn[(uneven.label == label) & (uneven.session == session)].sum() / drawn.sum()
            assert share == pytest.approx(1 / 6)


def test_augmented_clips_have_the_promised_lengths_and_only_pad_with_nan(toy):
    clips, lengths = map(torch.from_numpy, toy.padded(range(len(toy))))
    for seed in range(20):
        augmented, shown = augment(clips, lengths, torch.Generator().manual_seed(seed))
        assert augmented.shape[2:] == (54, 2) and len(shown) == len(clips)
        for clip, length in zip(augmented, shown.tolist(), strict=True):
            assert clip[:length, kp.BODY].isfinite().all()
            assert clip[length:].isnan().all()


def test_mirroring_exchanges_the_hands(toy):
    clips = torch.from_numpy(np.stack(toy.clips))
    mirrored = mirror(clips, torch.Generator().manual_seed(0))
    flipped = mirrored[..., kp.RIGHT_HAND, :].isnan().all(dim=(1, 2, 3))
    assert 0 < flipped.sum() < len(clips)
    torch.testing.assert_close(1 - mirrored[flipped][..., kp.LEFT_HAND, 0], clips[flipped][..., kp.RIGHT_HAND, 0])


def test_weights_survive_a_round_trip(tmp_path, random_model):
    weights.save(random_model, tmp_path / "weights.npz")
    loaded = weights.load(tmp_path / "weights.npz").eval()
    clip = torch.rand(9, 54, 2)
    assert torch.equal(loaded(clip), random_model(clip))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"text"])
def test_damaged_weights_get_one_sentence(tmp_path, content):
    path = tmp_path / "weights.npz"
    path.write_bytes(content)
    with pytest.raises(TrainingError, match="holds no weights"):
        weights.load(path)


def test_from_dataset_to_bundle_with_the_accuracy_of_every_split(toy_file, tmp_path):
    settings = train.Settings(epochs=1, batch=16)
    written = build(toy_file, tmp_path / "toy", settings, progress=Progress(disable=True))
    assert written.labels == ("rise", "fall")
    files = [entry["file"] for entry in written.manifest["accuracy"]]
    assert files == ["model.onnx", "model.int8.onnx", "model.ort", None, None]
    assert all(entry["n"] > 0 for entry in written.manifest["accuracy"])
    assert "--seed 0" in written.manifest["training"]["command"]


def test_an_interrupted_training_leaves_the_old_bundle_and_nothing_beside_it(toy_file, tmp_path, written, monkeypatch):
    def interrupt(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(weights, "save", interrupt)
    kept = tmp_path / "weights.npz"
    quiet = Progress(disable=True)
    with pytest.raises(KeyboardInterrupt):
        build(toy_file, written.folder, train.Settings(epochs=1), progress=quiet, weights_path=kept)
    assert bundle.load(written.folder).labels == written.labels
    assert {path.name for path in tmp_path.iterdir()} == {"toy.npz", "tiny"}


def test_weights_of_another_vocabulary_are_refused(toy_file, tmp_path, random_model):
    weights.save(random_model, tmp_path / "weights.npz")
    quiet = Progress(disable=True)
    with pytest.raises(TrainingError, match="3 classes"):
        build(toy_file, tmp_path / "toy", SETTINGS, progress=quiet, resume=tmp_path / "weights.npz")


def test_a_student_learns_from_its_teacher_alone(toy):
    teacher, _ = fit(toy)
    settings = train.Settings(**(SETTINGS.as_dict() | {"teacher_weight": 1.0, "seed": 1}))
    mislabelled = replace(toy, label=np.random.default_rng(0).permutation(toy.label))
    student = train.fit(mislabelled, Architecture(classes=2, feed_forward=2), settings, ignore, teacher=teacher).model
    assert train.validate(student, toy)[1] >= 0.95


def test_the_best_epochs_weights_are_returned_and_patience_ends_the_run(toy):
    split = splits.by_session(toy, ("R0",))
    settings = train.Settings(**(SETTINGS.as_dict() | {"epochs": 40, "patience": 3}))
    fitted = train.fit(split.train, Architecture(classes=2), settings, ignore, validation=split.test)
    best = min(fitted.epochs, key=lambda epoch: epoch.validation_loss)
    assert fitted.best_epoch == best.number
    assert len(fitted.epochs) == min(40, best.number + 3)
    assert train.validate(fitted.model, split.test)[0] == pytest.approx(best.validation_loss)


def test_clips_of_any_lengths_train_together(toy):
    uneven = replace(toy, clips=tuple(clip[: 4 + i % 9] for i, clip in enumerate(toy.clips)))
    fitted = train.fit(uneven, Architecture(classes=2), train.Settings(epochs=1, batch=16), ignore)
    assert np.isfinite(fitted.epochs[0].loss)
    assert train.validate(fitted.model, uneven)[0] == pytest.approx(
        np.mean([train.validate(fitted.model, uneven.subset(np.array([i])))[0] for i in range(len(uneven))]), rel=1e-4
    )
