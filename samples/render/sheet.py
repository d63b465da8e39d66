"""All clips at one glance."""

from pathlib import Path

import cv2
import numpy as np

from .encode import decode, write
from .manifest import Row

NAME = "contact_sheet.jpg"
MOMENTS = (0.1, 0.4, 0.9)  # of a clip
SIZE = (160, 120)
CLIPS_A_ROW = 3


def save(folder: Path, rows: list[Row]) -> None:
    """Writes three moments of every clip into `folder`, clips side by side in the manifest's order."""
    strips = [_strip(list(decode(folder / row.clip)), f"{row.label} {row.take} {row.signer}") for row in rows]
    strips += [np.full_like(strips[0], 255)] * (-len(strips) % CLIPS_A_ROW)
    lines = [np.concatenate(strips[i : i + CLIPS_A_ROW], axis=1) for i in range(0, len(strips), CLIPS_A_ROW)]
    _, data = cv2.imencode(".jpg", np.concatenate(lines)[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])
    write(folder / NAME, data.tobytes())


def _strip(frames: list[np.ndarray], caption: str) -> np.ndarray:
    pictures = [cv2.resize(frames[int(m * len(frames))], SIZE, interpolation=cv2.INTER_AREA) for m in MOMENTS]
    strip = np.concatenate(pictures, axis=1)
    cv2.putText(strip, caption, (4, SIZE[1] - 5), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (255, 255, 255), 1, cv2.LINE_AA)
    return strip
