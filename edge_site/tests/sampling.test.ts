import { describe, expect, it } from "vitest";
import { fittingFps, Sampler } from "../src/clip/sampling";
import { Fault } from "../src/errors";

function kept(fps: number, timestamps: number[]): number[] {
  const sampler = new Sampler(fps);
  return timestamps.flatMap((timestamp, k) => (sampler.keep(timestamp) ? [k] : []));
}

const clip = (fps: number, frames: number, start = 0) => Array.from({ length: frames }, (_, k) => start + k / fps);

describe("sampling", () => {
  it("takes every second frame of a clip twice as fast", () => {
    expect(kept(15, clip(30, 7))).toEqual([0, 2, 4, 6]);
  });

  it("counts from the first frame, not from zero", () => {
    expect(kept(15, clip(30, 5, 0.7))).toEqual([0, 2, 4]);
  });

  it("takes the same frames when the container rounds its timestamps to milliseconds", () => {
    const rounded = clip(30, 300).map((time) => Math.round(time * 1000) / 1000);
    expect(kept(15, rounded)).toEqual(kept(15, clip(30, 300)));
  });

  it("takes 15 frames of each second of 25", () => {
    expect(kept(15, clip(25, 50))).toHaveLength(30);
  });

  it("keeps every frame of a slower clip", () => {
    expect(kept(15, clip(10, 4))).toEqual([0, 1, 2, 3]);
  });

  it("lowers the rate so that a long clip fits the model", () => {
    expect(fittingFps("a.mp4", 15, 2, 300)).toBe(15);
    expect(fittingFps("a.mp4", 15, 40, 300)).toBeCloseTo(299 / 40);
  });

  it("refuses a clip in which movement would be lost", () => {
    expect(() => fittingFps("a.mp4", 15, 600, 300)).toThrow(Fault);
  });
});
