"""Landmarks of one frame -> one row of keypoints: the rule of `edge_site/src/keypoints/assemble.ts`, in Python.

`tests/extraction/parity.json` holds both to the same answers.
"""

from collections.abc import Sequence

import numpy as np


def assemble(
    layout: Sequence[dict], pose: np.ndarray | None, left: np.ndarray | None, right: np.ndarray | None
) -> np.ndarray:
    """float32 [points, 2] in the order of a bundle manifest's `keypoints` (`layout`), NaN where missing.

    pose: float32 [33, 2]; left, right: float32 [21, 2]; None where nothing was found.
    """
    row = np.full((len(layout), 2), np.nan, np.float32)
    place = {point["name"]: k for k, point in enumerate(layout)}
    parts = {"pose": pose, "left_hand": left, "right_hand": right}
    for k, point in enumerate(layout):
        if point["part"] != "midpoint" and parts[point["part"]] is not None:
            row[k] = parts[point["part"]][point["index"]]
    for k, point in enumerate(layout):
        if point["part"] == "midpoint":
            row[k] = row[[place[name] for name in point["of"]]].mean(axis=0, dtype=np.float64)
    return row
