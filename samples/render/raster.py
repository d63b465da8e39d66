"""A z-buffer rasteriser in numpy."""

from dataclasses import dataclass

import numpy as np

BATCH_PIXELS = 1_000_000  # candidate pixels at once: bounds the memory


@dataclass(frozen=True)
class Fragments:
    """What each pixel shows: face [h, w] (-1 = nothing), barycentric weights [h, w, 3], depth [h, w]."""

    face: np.ndarray
    weights: np.ndarray
    depth: np.ndarray


def rasterize(points: np.ndarray, faces: np.ndarray, width: int, height: int) -> Fragments:
    """Draws triangles `faces` [n, 3] over `points` [v, 3] (pixel x, pixel y down, depth; larger = nearer).

    Only triangles whose corners run counter-clockwise as seen are drawn: the others face away.
    """
    points = points.astype(np.float32)
    corners = points[faces]
    area = _cross(corners[:, 1, :2] - corners[:, 0, :2], corners[:, 2, :2] - corners[:, 0, :2])
    low = np.floor(corners[:, :, :2].min(axis=1)).astype(int)
    high = np.ceil(corners[:, :, :2].max(axis=1)).astype(int)
    seen = (area < -1e-9) & (high >= 0).all(axis=1) & (low < [width, height]).all(axis=1)
    extent = (high - low).max(axis=1) + 1

    face = np.full(width * height, -1)
    weights = np.zeros((width * height, 3), np.float32)
    depth = np.full(width * height, -np.inf, np.float32)
    smaller = 0
    while (seen & (extent > smaller)).any():
        # Triangles of about one size share a square of candidate pixels.
        size = max(4, 2 * smaller)
        bucket = np.flatnonzero(seen & (extent > smaller) & (extent <= size))
        for batch in np.array_split(bucket, max(1, len(bucket) * size * size // BATCH_PIXELS)):
            pixel, index, bary = _cover(corners[batch], area[batch], low[batch], size, width, height)
            z = (bary * corners[batch][index, :, 2]).sum(axis=1)
            nearest = _nearest_per_pixel(pixel, z)
            pixel, index, bary, z = pixel[nearest], index[nearest], bary[nearest], z[nearest]
            wins = z > depth[pixel]
            pixel, index = pixel[wins], index[wins]
            face[pixel], weights[pixel], depth[pixel] = batch[index], bary[wins], z[wins]
        smaller = size
    shape = (height, width)
    return Fragments(face.reshape(shape), weights.reshape(*shape, 3), depth.reshape(shape))


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]


def _cover(
    corners: np.ndarray, area: np.ndarray, low: np.ndarray, size: int, width: int, height: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The pixels inside each triangle: flat pixel index [m], triangle [m] and barycentric weights [m, 3]."""
    # Coordinates stay float32: whole numbers would turn everything below into float64, at half the speed.
    steps = np.arange(size, dtype=np.float32)
    x = low[:, 0, None, None].astype(np.float32) + steps[None, None, :]
    y = low[:, 1, None, None].astype(np.float32) + steps[None, :, None]
    (ax, ay), (bx, by), (cx, cy) = (
        (corner[0] - x, corner[1] - y) for corner in corners.transpose(1, 2, 0)[..., None, None]
    )
    whole = area[:, None, None]
    u = (bx * cy - by * cx) / whole
    v = (cx * ay - cy * ax) / whole
    w = 1 - u - v
    inside = (u >= 0) & (v >= 0) & (w >= 0) & (x >= 0) & (x < width) & (y >= 0) & (y < height)
    triangle, row, column = np.nonzero(inside)
    pixel = (low[triangle, 1] + row) * width + low[triangle, 0] + column
    return pixel, triangle, np.stack([u[inside], v[inside], w[inside]], axis=1)


def _nearest_per_pixel(pixel: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Indices that keep, of all candidates for a pixel, the nearest."""
    order = np.lexsort((z, pixel))
    last = np.r_[pixel[order][1:] != pixel[order][:-1], np.ones(min(1, len(pixel)), bool)]
    return order[last]
