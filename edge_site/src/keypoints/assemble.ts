/** Landmarks of one frame -> one row of keypoints, in the order that the bundle's manifest lists (data, no second list here). */
import type { KeypointSource } from "../bundle";
import type { Sides } from "./hands";

/**
 * @param sources the manifest's `keypoints`
 * @param pose x, y of 33 landmarks, or null
 * @returns float32 [sources.length, 2], image-normalised, NaN where missing
 */
export function assemble(sources: readonly KeypointSource[], pose: Float32Array | null, hands: Sides): Float32Array {
  const row = new Float32Array(sources.length * 2).fill(NaN);
  const place = new Map(sources.map((source, k) => [source.name, k]));
  const parts = { pose, left_hand: hands.left?.landmarks, right_hand: hands.right?.landmarks };
  sources.forEach((source, k) => {
    if (source.part === "midpoint") return;
    const points = parts[source.part];
    if (points) row.set(points.subarray(2 * source.index, 2 * source.index + 2), 2 * k);
  });
  sources.forEach((source, k) => {
    if (source.part !== "midpoint") return;
    const [a, b] = source.of.map((name) => 2 * (place.get(name) as number)) as [number, number];
    for (const axis of [0, 1]) {
      row[2 * k + axis] = ((row[a + axis] as number) + (row[b + axis] as number)) / 2;
    }
  });
  return row;
}

/** Rows of one clip -> float32 [rows.length, points, 2]. */
export function stack(rows: readonly Float32Array[]): Float32Array {
  const width = rows[0]?.length ?? 0;
  const keypoints = new Float32Array(rows.length * width);
  rows.forEach((row, k) => keypoints.set(row, k * width));
  return keypoints;
}
