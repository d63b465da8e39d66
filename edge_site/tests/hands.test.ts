import { describe, expect, it } from "vitest";
import { assignHands, type Hand } from "../src/keypoints/hands";

/** A hand whose wrist is at x, y; its fingers point up, mirrored for the other hand. */
function hand(x: number, y: number, handedness: "Left" | "Right", score = 0.9, mirrored = handedness === "Left"): Hand {
  const landmarks = Float32Array.from({ length: 42 }, (_, k) => {
    const [point, axis] = [Math.floor(k / 2), k % 2];
    return axis === 0 ? x + (mirrored ? -1 : 1) * 0.01 * (point % 5) : y - 0.02 * Math.ceil(point / 5);
  });
  return { landmarks, handedness, score };
}

/** Shoulders 0.2 apart; the person's left wrist at x = 0.7, the right one at x = 0.3. */
function pose(): Float32Array {
  const points = new Float32Array(66);
  points.set([0.6, 0.4, 0.4, 0.4], 2 * 11);
  points.set([0.7, 0.7, 0.3, 0.7], 2 * 15);
  return points;
}

describe("hands", () => {
  it("goes to the nearest wrist, whatever order they were found in", () => {
    const [left, right] = [hand(0.7, 0.7, "Left"), hand(0.3, 0.7, "Right")];
    expect(assignHands([left, right], pose(), 1)).toEqual({ left, right });
    expect(assignHands([right, left], pose(), 1)).toEqual({ left, right });
  });

  it("goes to the nearest wrist even when the handedness contradicts", () => {
    const mistaken = hand(0.69, 0.7, "Right");
    expect(assignHands([mistaken], pose(), 1)).toEqual({ left: mistaken, right: null });
  });

  it("lets the handedness decide between wrists equally near", () => {
    const left = hand(0.5, 0.7, "Left");
    expect(assignHands([left], pose(), 1).left).toBe(left);
  });

  it("lets the handedness decide where there is no pose", () => {
    const right = hand(0.7, 0.7, "Right");
    expect(assignHands([right], null, 1)).toEqual({ left: null, right });
  });

  it("never puts a hand that was found twice on both sides", () => {
    const [sure, double] = [hand(0.3, 0.7, "Right", 0.9, false), hand(0.302, 0.701, "Left", 0.6, false)];
    expect(assignHands([double, sure], pose(), 1)).toEqual({ left: null, right: sure });
  });

  it("keeps two hands that touch", () => {
    const [left, right] = [hand(0.51, 0.7, "Left"), hand(0.49, 0.7, "Right")];
    expect(assignHands([left, right], pose(), 1)).toEqual({ left, right });
  });

  it("measures distances on the picture, not on the unit square", () => {
    const points = pose();
    // 0.2 of the width to one wrist, 0.25 of the height to the other: in a picture twice as wide the second is nearer.
    points.set([0.7, 0.5, 0.5, 0.75], 2 * 15);
    const found = hand(0.5, 0.5, "Left");
    expect(assignHands([found], points, 2).right).toBe(found);
    expect(assignHands([found], points, 1).left).toBe(found);
  });
});
