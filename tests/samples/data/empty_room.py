"""Draws `empty_room.webm`: a wall, a floor, a window and a table, and nobody. Run it to make the clip again."""

from pathlib import Path

import cv2
import numpy as np

from samples.render.encode import encode, write

WIDTH, HEIGHT, FRAMES = 640, 480, 25


def picture(frame: int) -> np.ndarray:
    """RGB uint8 [HEIGHT, WIDTH, 3]; daylight that swells a little, so that no two frames are the same."""
    room = np.full((HEIGHT, WIDTH, 3), (205, 195, 175), np.uint8)
    cv2.rectangle(room, (0, 360), (WIDTH, HEIGHT), (140, 110, 85), cv2.FILLED)
    cv2.rectangle(room, (90, 60), (260, 240), (190 + frame, 215, 235), cv2.FILLED)
    cv2.rectangle(room, (90, 60), (260, 240), (245, 245, 240), 8)
    cv2.line(room, (175, 60), (175, 240), (245, 245, 240), 6)
    cv2.rectangle(room, (360, 290), (600, 310), (95, 70, 50), cv2.FILLED)
    for leg in (375, 575):
        cv2.rectangle(room, (leg, 310), (leg + 10, 430), (95, 70, 50), cv2.FILLED)
    return room


if __name__ == "__main__":
    write(Path(__file__).with_suffix(".webm"), encode(map(picture, range(FRAMES)), WIDTH, HEIGHT))
