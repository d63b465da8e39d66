/** The reference wire format: `{"keypoints": [[[x, y] | null, ...points], ...frames]}`; null = a missing point. */

/** float32 [frames, points, 2] -> JSON text. */
export function encodeJson(keypoints: Float32Array, points: number): string {
  const frames: ([number, number] | null)[][] = [];
  for (let start = 0; start < keypoints.length; start += 2 * points) {
    const row: ([number, number] | null)[] = [];
    for (let k = start; k < start + 2 * points; k += 2) {
      const [x, y] = [keypoints[k] as number, keypoints[k + 1] as number];
      row.push(Number.isNaN(x) || Number.isNaN(y) ? null : [x, y]);
    }
    frames.push(row);
  }
  return JSON.stringify({ keypoints: frames });
}
