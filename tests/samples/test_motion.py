import numpy as np
import pytest

from samples.render.errors import MotionError
from samples.render.motion import SOURCE_ASPECT, Take, load_takes, to_tracks

RNG = np.random.default_rng(3)


def a_take(pose=True, left=False, right=True):
    rows = np.zeros((20, 258), np.float32)
    for seen, columns in ((pose, slice(0, 132)), (left, slice(132, 195)), (right, slice(195, 258))):
        if seen:
            rows[:, columns] = RNG.uniform(0.2, 0.8, rows[:, columns].shape[1])
    return Take("hello", 7, "R02", rows)


def test_tracks_have_the_clips_frames_and_round_coordinates_with_y_up():
    take = a_take()
    tracks = to_tracks(take, frames=48)
    x, y, z, _ = take.rows[0, :4]
    assert tracks.frames == 48
    assert tracks.pose.shape == (48, 33, 3)
    assert tracks.pose[0, 0] == pytest.approx([x * SOURCE_ASPECT, -y, -z * SOURCE_ASPECT], rel=1e-5)


def test_a_gap_is_bridged_from_both_sides():
    take = a_take()
    take.rows[:8, 195:] = 0.2
    take.rows[8:12, 195:] = 0
    take.rows[12:, 195:] = 0.6
    hand_y = -to_tracks(take, frames=40).hands["R"][:, 0, 1]
    assert (np.diff(hand_y) >= -1e-6).all()
    assert hand_y.min() == pytest.approx(0.2, abs=1e-3)
    assert hand_y[20] == pytest.approx(0.4, abs=0.05)


def test_a_hand_that_was_hardly_seen_has_no_track():
    take = a_take(left=True)
    take.rows[3:, 132:195] = 0
    assert to_tracks(take, frames=48).hands["L"] is None


@pytest.mark.parametrize("seen", [{"pose": False}, {"right": False}])
def test_a_take_without_pose_or_hands_cannot_be_rendered(seen):
    with pytest.raises(MotionError, match="Take 7 of 'hello'"):
        to_tracks(a_take(**seen), frames=48)


def test_a_missing_file_and_a_missing_take_are_named(tmp_path):
    with pytest.raises(MotionError, match="--takes"):
        load_takes(tmp_path / "nothing.npz", set())
    file = tmp_path / "takes.npz"
    np.savez(file, rows=a_take().rows[None], label=[0], labels=["hello"], seq=[7], session=["R02"])
    assert load_takes(file, {("hello", 7)})["hello", 7].session == "R02"
    with pytest.raises(MotionError, match="no take 8 of 'hello'"):
        load_takes(file, {("hello", 8)})


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"no archive at all"])
def test_a_file_of_something_else_is_named(tmp_path, content):
    file = tmp_path / "takes.npz"
    file.write_bytes(content)
    with pytest.raises(MotionError, match=r"takes\.npz is not a file of 3D takes"):
        load_takes(file, set())


def test_an_archive_of_other_arrays_is_named(tmp_path):
    np.savez(tmp_path / "takes.npz", keypoints=np.zeros(3))
    with pytest.raises(MotionError, match="is not a file of 3D takes"):
        load_takes(tmp_path / "takes.npz", set())
