"""Movements that are no sign: on the clip's own body, plausible, and shown in the place of recorded ones."""

from dataclasses import replace

import torch

from recognizer import idle, train
from recognizer import keypoints as kp


def wandering(dataset, seed=0):
    clips = torch.from_numpy(dataset.padded(range(len(dataset)))[0])
    return clips, idle.wander(clips, torch.Generator().manual_seed(seed))


def test_a_wanderer_keeps_the_head_and_shoulders_of_the_clip(toy):
    clips, made = wandering(toy)
    still = [*range(7), kp.NECK]
    assert torch.equal(made[..., still, :], clips[..., still, :])


def test_some_arm_moves_in_every_clip_and_its_hand_hangs_on_its_wrist(toy):
    _, made = wandering(toy)
    for clip in made:
        hands = [(kp.INDEX["left_wrist"], kp.LEFT_HAND), (kp.INDEX["right_wrist"], kp.RIGHT_HAND)]
        shown = [clip[:, hand.start].isfinite().all(-1) for _, hand in hands]
        assert any(mask.any() for mask in shown)
        for (wrist, hand), mask in zip(hands, shown, strict=True):
            torch.testing.assert_close(clip[mask, wrist], clip[mask, hand.start])


def test_no_two_wanderers_are_alike(toy):
    _, made = wandering(toy)
    paths = made[:, :, kp.INDEX["right_wrist"]].flatten(1)
    assert len(torch.unique((paths * 1e4).round(), dim=0)) == len(paths)


def test_made_wanderers_replace_their_share_of_idle_and_nothing_else(toy):
    data = replace(toy, labels=("rise", idle.LABEL))
    chosen, rng = torch.arange(len(data)), torch.Generator().manual_seed(0)
    recorded = torch.from_numpy(data.padded(chosen)[0])
    shown, _ = train.shown(data, chosen, train.Settings(made_idle=0.5), rng)
    changed = (shown.nan_to_num() != recorded.nan_to_num()).flatten(1).any(1).numpy()
    assert not changed[data.label == 0].any()
    assert 0.25 < changed[data.label == 1].mean() < 0.75


def test_a_class_of_another_name_is_left_alone(toy):
    chosen, rng = torch.arange(len(toy)), torch.Generator().manual_seed(0)
    shown, _ = train.shown(toy, chosen, train.Settings(made_idle=1.0), rng)
    assert torch.equal(shown.nan_to_num(), torch.from_numpy(toy.padded(chosen)[0]).nan_to_num())
