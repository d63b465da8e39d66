"""The keypoints by part of the body, and the lines that join them in a drawing, out of a bundle's own list."""

from collections.abc import Sequence

PARTS = ("face", "arms", "left_hand", "right_hand")
HANDS = ("left_hand", "right_hand")
FIRST_SHOULDER = 11  # in MediaPipe's pose, 0 to 10 are the face

ARM_BONES = (
    ("left_shoulder", "right_shoulder"),
    ("left_shoulder", "left_elbow"),
    ("left_elbow", "left_wrist"),
    ("right_shoulder", "right_elbow"),
    ("right_elbow", "right_wrist"),
)
# Palm and fingers, as MediaPipe joins them.
HAND_BONES = (
    *((0, 1), (1, 2), (2, 3), (3, 4)),
    *((0, 5), (5, 6), (6, 7), (7, 8)),
    *((5, 9), (9, 10), (10, 11), (11, 12)),
    *((9, 13), (13, 14), (14, 15), (15, 16)),
    *((13, 17), (0, 17), (17, 18), (18, 19), (19, 20)),
)


def indices_by_part(layout: Sequence[dict]) -> dict[str, list[int]]:
    """Places in `layout` of each part's points. The neck is in none: it is made of the shoulders."""
    places: dict[str, list[int]] = {part: [] for part in PARTS}
    for place, point in enumerate(layout):
        if point["part"] == "pose":
            places["arms" if point["index"] >= FIRST_SHOULDER else "face"].append(place)
        elif point["part"] in HANDS:
            places[point["part"]].append(place)
    return places


def bones(layout: Sequence[dict]) -> list[tuple[int, int]]:
    """Pairs of places in `layout` that a skeleton joins."""
    place = {point["name"]: k for k, point in enumerate(layout)}
    names = [*ARM_BONES, *((f"{hand}_{a}", f"{hand}_{b}") for hand in HANDS for a, b in HAND_BONES)]
    return [(place[a], place[b]) for a, b in names if a in place and b in place]
