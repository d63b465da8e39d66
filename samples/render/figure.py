"""One of the figures, ready to be posed and drawn."""

import zipfile

import cv2
import numpy as np

from .body import load_body, read_texture, vertex_normals
from .camera import Camera
from .costume import Marks, decode_texture, dress
from .light import hollows, lit
from .look import Look
from .motion import Tracks
from .paint import Paint
from .pose import Poser, shoulder_width, shoulders_middle
from .raster import rasterize
from .rig import Turns, place, skin
from .vectors import unit

WIDTH, HEIGHT = 640, 480
SHOULDER_PIXELS = 150  # a signer framed from the waist up, whatever the body's breadth
OVERSAMPLING = 2


class Figure:
    def __init__(self, archive: zipfile.ZipFile, look: Look):
        body = load_body(archive, look.shape, look.eyelids)
        self._skeleton = body.skeleton
        self._camera = Camera(WIDTH, HEIGHT, SHOULDER_PIXELS / shoulder_width(body), shoulders_middle(body)[1])
        self._poser = Poser(body, self._camera)
        self._mesh = dress(body, decode_texture(read_texture(archive, "mpfb_lips.jpg")))
        self._marks = self._mesh.marks.stacked().astype(np.float32)
        self._paint = Paint(look, body.skeleton)
        self._wall = _wall(look)

    def pose(self, tracks: Tracks) -> list[Turns]:
        """The bone rotations that repeat `tracks`, frame by frame."""
        return self._poser.pose(tracks)

    def draw(self, turns: Turns, eyes_closed: float = 0.0) -> np.ndarray:
        """The picture of a pose: RGB uint8 [height, width, 3]."""
        mesh = self._mesh
        rest = mesh.vertices + eyes_closed * mesh.eyelid_offsets
        vertices = skin(rest, mesh.weights, place(self._skeleton, turns))
        points = self._camera.project(vertices) * OVERSAMPLING
        width, height = WIDTH * OVERSAMPLING, HEIGHT * OVERSAMPLING
        fragments = rasterize(points, mesh.faces, width, height)

        drawn = fragments.face >= 0
        face, weights = fragments.face[drawn], fragments.weights[drawn]
        corners = mesh.faces[face]
        normals = unit(_interpolate(vertex_normals(vertices, mesh.faces), corners, weights))
        marks = Marks.unstacked(_interpolate(self._marks, corners, weights))
        colours = self._paint.colours(marks, mesh.materials[face])
        depth = np.where(drawn, fragments.depth, fragments.depth[drawn].min())

        picture = self._wall.copy()
        picture[drawn] = lit(colours, normals, hollows(depth)[drawn])
        return cv2.resize(np.clip(picture, 0, 255), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA).astype(np.uint8)


def _interpolate(values: np.ndarray, corners: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """`values` [v, n] at points inside triangles: `corners` int [m, 3], `weights` [m, 3] -> [m, n]."""
    return np.einsum("mk,mkn->mn", weights, values[corners])


def _wall(look: Look) -> np.ndarray:
    """A plain wall, lighter at the top: float32 RGB at the oversampled size."""
    fall_off = np.linspace(1.06, 0.9, HEIGHT * OVERSAMPLING, dtype=np.float32)[:, None, None]
    return np.tile(np.array(look.wall, np.float32) * fall_off, (1, WIDTH * OVERSAMPLING, 1))
