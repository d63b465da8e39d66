"""The 54 keypoints of a frame: names, order, and where each comes from in MediaPipe's landmarks.

Left and right are the person's own. The order is that of the published SPOTER data, so it stays as it is; every
bundle carries it in its manifest (`as_manifest`), which is where other programs read it from.
"""

POSE = {
    "nose": 0,
    "left_eye": 2,
    "right_eye": 5,
    "left_ear": 7,
    "right_ear": 8,
    "left_shoulder": 11,
    "right_shoulder": 12,
    "left_elbow": 13,
    "right_elbow": 14,
    "left_wrist": 15,
    "right_wrist": 16,
}
"""Name -> index in MediaPipe's 33 pose landmarks."""

HAND_POINTS = 21
"""Landmarks of one hand in MediaPipe; point 0 is the wrist."""

NAMES = (
    *POSE,
    *(f"left_hand_{i}" for i in range(HAND_POINTS)),
    *(f"right_hand_{i}" for i in range(HAND_POINTS)),
    "neck",
)
INDEX = {name: i for i, name in enumerate(NAMES)}

COUNT = len(NAMES)
BODY = slice(0, len(POSE))
LEFT_HAND = slice(BODY.stop, BODY.stop + HAND_POINTS)
RIGHT_HAND = slice(LEFT_HAND.stop, LEFT_HAND.stop + HAND_POINTS)
NECK = INDEX["neck"]

MIN_FRAMES, MAX_FRAMES = 1, 300
"""Lengths of a clip that an exported model takes."""


def as_manifest() -> list[dict]:
    """The keypoints as the manifest states them, in order."""
    pose = [{"name": name, "part": "pose", "index": index} for name, index in POSE.items()]
    hands = [
        {"name": f"{hand}_{i}", "part": hand, "index": i}
        for hand in ("left_hand", "right_hand")
        for i in range(HAND_POINTS)
    ]
    neck = {"name": "neck", "part": "midpoint", "of": ["left_shoulder", "right_shoulder"]}
    return [*pose, *hands, neck]


def mirror_order() -> list[int]:
    """For each keypoint, the index of its twin on the other side of the body (itself, for nose and neck)."""
    swap = {"left": "right", "right": "left"}
    return [
        INDEX[f"{swap[side]}_{rest}"]
        if (side := name.partition("_")[0]) in swap and (rest := name.partition("_")[2])
        else i
        for i, name in enumerate(NAMES)
    ]
