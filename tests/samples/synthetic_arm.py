"""A skeleton of two arms with hands, made of round numbers, in the rest pose of a person who stands arms out."""

import numpy as np

from samples.render.body import Skeleton

SHOULDER, ELBOW, WRIST, KNUCKLE = 1.5, 4.0, 6.5, 7.3  # dm from the middle
FINGER = 0.35  # dm, each segment
ACROSS = {2: 0.3, 3: 0.1, 4: -0.1, 5: -0.3}  # z of the fingers: palms down, index to the front


def skeleton() -> Skeleton:
    """Bones along +-x; fingers bend a little downwards, as a rest pose's do."""
    bones = [("root", None, (0, -5, 0), (0, 0, 0))]
    for side, sign in (("L", 1), ("R", -1)):

        def bone(name, parent, start, end, side=side, sign=sign):
            flip = np.array([sign, 1, 1])
            above = "root" if parent == "root" else f"{parent}.{side}"
            bones.append((f"{name}.{side}", above, flip * start, flip * end))

        half = (SHOULDER + ELBOW) / 2
        middle = (ELBOW + WRIST) / 2
        # The elbow is a little behind the line, which gives the arm a plane to bend in.
        bone("upperarm01", "root", (SHOULDER, 0, 0), (half, 0, -0.1))
        bone("upperarm02", "upperarm01", (half, 0, -0.1), (ELBOW, 0, -0.2))
        bone("lowerarm01", "upperarm02", (ELBOW, 0, -0.2), (middle, 0, -0.1))
        bone("lowerarm02", "lowerarm01", (middle, 0, -0.1), (WRIST, 0, 0))
        bone("wrist", "lowerarm02", (WRIST, 0, 0), (KNUCKLE, 0, 0))
        for finger, z in ACROSS.items():
            for segment in (1, 2, 3):
                start, end = (KNUCKLE + FINGER * (segment - 1), KNUCKLE + FINGER * segment)
                drop = [0.0, 0.02, 0.06, 0.12]
                above = "wrist" if segment == 1 else f"finger{finger}-{segment - 1}"
                bone(f"finger{finger}-{segment}", above, (start, -drop[segment - 1], z), (end, -drop[segment], z))
        for segment in (1, 2, 3):
            above = "wrist" if segment == 1 else f"finger1-{segment - 1}"
            start, end = (np.array([WRIST + 0.3 * k, 0, 0.2 + 0.2 * k]) for k in (segment - 1, segment))
            bone(f"finger1-{segment}", above, start, end)
    names = [name for name, *_ in bones]
    return Skeleton(
        names,
        np.array([names.index(above) if above else -1 for _, above, *_ in bones]),
        np.array([start for _, _, start, _ in bones], float),
        np.array([end for *_, end in bones], float),
    )
