import { describe, expect, it } from "vitest";
import type { KeypointSource } from "../src/bundle";
import { assemble, stack } from "../src/keypoints/assemble";
import { fromBase64, toBase64 } from "../src/keypoints/base64";

const SOURCES: KeypointSource[] = [
  { name: "nose", part: "pose", index: 0 },
  { name: "neck", part: "midpoint", of: ["left_shoulder", "right_shoulder"] },
  { name: "left_shoulder", part: "pose", index: 11 },
  { name: "right_shoulder", part: "pose", index: 12 },
  { name: "left_hand_20", part: "left_hand", index: 20 },
];

const pose = Float32Array.from({ length: 66 }, (_, k) => k);
const hand = { landmarks: Float32Array.from({ length: 42 }, (_, k) => 100 + k), handedness: "Left", score: 1 } as const;

describe("keypoints", () => {
  it("stand in the manifest's order, midpoints computed", () => {
    const row = assemble(SOURCES, pose, { left: hand, right: null });
    expect([...row]).toEqual([0, 1, 23, 24, 22, 23, 24, 25, 140, 141]);
  });

  it("are NaN where a part is missing", () => {
    expect([...assemble(SOURCES, pose, { left: null, right: null })].slice(-2)).toEqual([NaN, NaN]);
    expect([...assemble(SOURCES, null, { left: hand, right: null })].slice(0, 8)).toEqual(Array(8).fill(NaN));
  });

  it("are stacked frame by frame", () => {
    expect([...stack([Float32Array.of(1, 2), Float32Array.of(3, 4)])]).toEqual([1, 2, 3, 4]);
  });

  it("survive base64 with every bit, NaN included", () => {
    const values = Float32Array.of(0.1, NaN, -3.5e-12, 1);
    expect(fromBase64(toBase64(values))).toEqual(values);
    expect(toBase64(Float32Array.of(1))).toBe("AACAPw==");
  });
});
