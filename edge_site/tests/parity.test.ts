/** The site's rules give what `tests/extraction/parity.json` says; `test_parity.py` says the same of the Python ones. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { KeypointSource } from "../src/bundle";
import { fittingFps, Sampler } from "../src/clip/sampling";
import { assemble } from "../src/keypoints/assemble";
import { assignHands, type Hand } from "../src/keypoints/hands";

interface Fixture {
  layout: KeypointSource[];
  frames: {
    pose: number[] | null;
    hands: { landmarks: number[]; handedness: Hand["handedness"]; score: number }[];
    aspect: number;
    row: (number | null)[];
  }[];
  recordings: { fps: number; timestamps: number[]; kept: number[] }[];
  lengths: { fps: number; duration: number; maxFrames: number; fitting: number | null }[];
}

const fixture = JSON.parse(
  readFileSync(new URL("../../tests/extraction/parity.json", import.meta.url), "utf8"),
) as Fixture;

describe("Python and the site make the same keypoints", () => {
  it.each(fixture.frames)("of a frame, #%#", ({ pose, hands, aspect, row }) => {
    const body = pose && Float32Array.from(pose);
    const seen = hands.map((hand): Hand => ({ ...hand, landmarks: Float32Array.from(hand.landmarks) }));
    const made = assemble(fixture.layout, body, assignHands(seen, body, aspect));
    expect([...made].map((value) => (Number.isNaN(value) ? null : value))).toEqual(row);
  });

  it.each(fixture.recordings)("out of the same frames of a recording, #%#", ({ fps, timestamps, kept }) => {
    const sampler = new Sampler(fps);
    expect(timestamps.flatMap((timestamp, k) => (sampler.keep(timestamp) ? [k] : []))).toEqual(kept);
  });

  it.each(fixture.lengths)("at the same rate for $duration s, #%#", ({ fps, duration, maxFrames, fitting }) => {
    const rate = () => fittingFps("clip.mp4", fps, duration, maxFrames);
    if (fitting === null) expect(rate).toThrow();
    else expect(rate()).toBe(fitting);
  });
});
