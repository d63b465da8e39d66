"""The published recipe: what it can learn, what it cannot see, and that it goes wherever ours goes."""

import functools
from dataclasses import replace

import numpy as np
import onnx
import pytest
import torch
from rich.progress import Progress

from recognizer import build, export, published, recipes, splits, train, weights
from recognizer import keypoints as kp
from recognizer.errors import TrainingError
from recognizer.published import Architecture, Published

SMALL = {"layers": 1, "feed_forward": 16}
LENGTHS = [1, 2, 3, 7, 48, 150, 299, 300]


def ignore(_epoch, _model):
    pass


@pytest.fixture(scope="module")
def small():
    torch.manual_seed(3)
    return Published(Architecture(classes=3, **SMALL)).eval()


@pytest.fixture(scope="module")
def exported(small):
    return export.to_onnx(small)


@pytest.fixture
def hands(toy):
    """Two signs of one or both hands, whatever the order of the frames."""
    clips = []
    for clip, label in zip(toy.clips, toy.label, strict=True):
        shown = clip.copy()
        if label:
            shown[:, kp.LEFT_HAND] = clip[:, kp.RIGHT_HAND] + np.float32([0.2, 0])
        clips.append(shown)
    return replace(toy, clips=tuple(clips))


def fit(data, **changes):
    settings = replace(published.Settings(epochs=2, learning_rate=0.01), **changes)
    return published.fit(data, Architecture(classes=2, **SMALL), settings, ignore)


def logits(model, keypoints):
    with torch.inference_mode():
        return model(torch.from_numpy(keypoints)).numpy()


def test_the_published_sizes_are_the_default():
    arch = Architecture(classes=3)
    assert arch.name == "6C-2048FF" and arch.heads == 9 and arch.width == 108


def test_training_learns_how_many_hands_there_are(hands):
    fitted = fit(hands)
    assert fitted.epochs[-1].loss < fitted.epochs[0].loss
    assert train.validate(fitted.model, hands)[1] >= 0.95


def test_the_published_model_cannot_see_order_and_ours_can(small, random_model, signer, rng):
    keypoints = signer(30)
    shuffled = keypoints[rng.permutation(30)]
    np.testing.assert_allclose(logits(small, shuffled), logits(small, keypoints), atol=1e-5)
    assert np.abs(logits(random_model, shuffled) - logits(random_model, keypoints)).max() > 1e-3


def test_a_rising_and_a_falling_hand_are_one_sign_to_it(small, signer):
    rising = signer(12)
    rising[:, [kp.INDEX["right_wrist"]], 1] -= np.linspace(0, 0.25, 12, dtype=np.float32)[:, None]
    np.testing.assert_allclose(logits(small, rising[::-1].copy()), logits(small, rising), atol=1e-5)


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(toy):
    few = toy.subset(np.arange(8))
    first, second, other = (fit(few, epochs=1, seed=seed).model.state_dict() for seed in (5, 5, 6))
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_a_diverging_run_stops_with_one_sentence(toy):
    with pytest.raises(TrainingError, match="--learning-rate"):
        fit(toy, learning_rate=1e30)


def test_the_best_epochs_weights_are_returned_and_patience_ends_the_run(hands):
    split = splits.by_session(hands, ("R0",))
    settings = published.Settings(epochs=12, patience=2, learning_rate=0.05)
    arch = Architecture(classes=2, **SMALL)
    fitted = published.fit(split.train, arch, settings, ignore, validation=split.test)
    best = min(fitted.epochs, key=lambda epoch: epoch.validation_loss)
    assert fitted.best_epoch == best.number
    assert len(fitted.epochs) == min(12, best.number + 2)
    assert train.validate(fitted.model, split.test)[0] == pytest.approx(best.validation_loss, rel=1e-4)


@pytest.mark.parametrize(("teacher", "student"), [("published",) * 2, ("published", "cerca"), ("cerca", "published")])
def test_a_student_learns_from_a_teacher_of_either_recipe_alone(hands, teacher, student):
    def trained(recipe, data, **options):
        settings = {"cerca": {"epochs": 20, "batch": 16}, "published": {"epochs": 4}}[recipe]
        chosen = recipes.RECIPES[recipe]
        arch = chosen.architecture(classes=2, **SMALL)
        teaching = {"teacher_weight": 1.0, "seed": 1} if options else {}
        return chosen.fit(data, arch, chosen.settings(**settings, learning_rate=0.01, **teaching), ignore, **options)

    mislabelled = replace(hands, label=np.random.default_rng(0).permutation(hands.label))
    fitted = trained(student, mislabelled, teacher=trained(teacher, hands).model)
    assert train.validate(fitted.model, hands)[1] >= 0.9


def test_a_batch_of_different_lengths_gets_the_answers_of_its_clips(small, signer):
    clips = [signer(9), signer(20)]
    batch = np.full((2, 20, kp.COUNT, 2), np.nan, dtype=np.float32)
    for row, clip in zip(batch, clips, strict=True):
        row[: len(clip)] = clip
    with torch.inference_mode():
        together = small(torch.from_numpy(batch), torch.tensor([9, 20])).numpy()
    np.testing.assert_allclose(together, [logits(small, clip) for clip in clips], atol=1e-5)


@pytest.mark.parametrize("frames", LENGTHS)
def test_the_exported_graph_agrees_with_pytorch_at_every_length(small, exported, signer, rng, frames):
    keypoints = signer(frames)
    keypoints[rng.uniform(size=(frames, kp.COUNT)) < 0.2] = np.nan
    answer = export.single_threaded_session(exported).run(["logits"], {"keypoints": keypoints})[0]
    np.testing.assert_allclose(answer, logits(small, keypoints), atol=1e-4)


def test_the_exported_graph_is_standard_onnx(exported):
    assert {node.domain for node in onnx.load_from_string(exported).graph.node} == {""}


def test_weights_come_back_as_the_recipe_that_they_are(tmp_path, small, random_model, signer):
    keypoints = signer(9)
    for model in (small, random_model):
        weights.save(model, tmp_path / "weights.npz")
        loaded = weights.load(tmp_path / "weights.npz").eval()
        assert recipes.of(loaded) is recipes.of(model)
        np.testing.assert_array_equal(logits(loaded, keypoints), logits(model, keypoints))


def test_from_dataset_to_a_bundle_that_names_the_recipe(toy_file, tmp_path):
    small = replace(recipes.RECIPES["published"], architecture=functools.partial(Architecture, **SMALL))
    settings = published.Settings(epochs=1)
    written = build.build(
        toy_file, tmp_path / "toy", settings, progress=Progress(disable=True), recipe=small, signers=False
    )
    assert written.architecture == "1C-16FF"
    assert written.manifest["training"]["recipe"] == "published"
    assert "--recipe published" in written.manifest["training"]["command"]
    assert set(written.files) == {"model.onnx", "model.int8.onnx", "model.ort"}
    assert all(entry["n"] == 24 for entry in written.manifest["accuracy"])


def test_weights_of_the_other_recipe_are_refused(toy_file, tmp_path, small):
    weights.save(small, tmp_path / "weights.npz")
    with pytest.raises(TrainingError, match="--recipe published"):
        build.build(
            toy_file,
            tmp_path / "toy",
            train.Settings(epochs=1),
            progress=Progress(disable=True),
            resume=tmp_path / "weights.npz",
        )


@pytest.mark.parametrize("recipe", recipes.RECIPES.values(), ids=recipes.RECIPES)
def test_every_recipe_has_the_sizes_and_settings_that_a_study_varies(recipe):
    assert recipe.architecture(classes=5, layers=3, feed_forward=32).name == "3C-32FF"
    settings = recipe.settings(epochs=3, patience=2, seed=1, teacher_weight=0.5, temperature=3.0)
    assert settings.as_dict()["patience"] == 2
    assert recipes.of(recipe.model(recipe.architecture(classes=5))) is recipe
