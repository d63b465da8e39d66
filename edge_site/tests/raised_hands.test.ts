import { describe, expect, it } from "vitest";
import type { KeypointSource } from "../src/bundle";
import { RaisedHands } from "../src/camera/raised_hands";

const NAMES = ["nose", "left_wrist", "right_wrist", "left_hand_0", "right_hand_0"];
const SOURCES = NAMES.map((name, index): KeypointSource => ({ name, part: "pose", index }));

interface Heights {
  /** Of the pose's wrists and of the hands' own; the nose is at 0.3, y grows downwards. */
  pose?: [number, number];
  hands?: [number, number];
}

function row({ pose = [0.9, 0.9], hands = [NaN, NaN] }: Heights): Float32Array {
  const heights = [0.3, ...pose, ...hands];
  return Float32Array.from(heights.flatMap((y) => [Number.isNaN(y) ? NaN : 0.5, y]));
}

/** What each frame said, ten frames a second. */
function seen(frames: Heights[]): (number | null)[] {
  const raised = new RaisedHands(SOURCES);
  return frames.map((heights, k) => raised.see(row(heights), k / 10));
}

const UP: Heights = { hands: [0.2, 0.2] };
const DOWN: Heights = { hands: [0.8, 0.8] };
const LOST: Heights = { pose: [NaN, NaN] };
const times = (count: number, heights: Heights) => Array.from({ length: count }, () => heights);

describe("raised hands", () => {
  it("tell once, when they have been held, since when they are up", () => {
    const told = seen([...times(3, DOWN), ...times(15, UP)]).filter((since) => since !== null);
    expect(told).toEqual([0.3]);
  });

  it("tell again only after they came down", () => {
    const told = seen([...times(9, UP), ...times(5, DOWN), ...times(9, UP)]).filter((since) => since !== null);
    expect(told).toEqual([0, 1.4]);
  });

  it("are not a sign that passes there, nor one hand", () => {
    expect(seen([...times(5, UP), ...times(5, DOWN), ...times(5, UP)]).every((since) => since === null)).toBe(true);
    expect(seen(times(20, { hands: [0.2, 0.8] })).every((since) => since === null)).toBe(true);
  });

  it("may be lost for two frames", () => {
    expect(seen([...times(4, UP), ...times(2, LOST), ...times(4, UP)]).at(-3)).toBe(0);
    expect(seen([...times(4, UP), ...times(4, LOST), ...times(4, UP)]).every((since) => since === null)).toBe(true);
  });

  it("are the pose's where a hand is not seen, but for a wrist outside the picture", () => {
    expect(seen(times(9, { pose: [0.1, 0.1] })).some((since) => since === 0)).toBe(true);
    expect(seen(times(9, { pose: [-0.1, 0.1] })).every((since) => since === null)).toBe(true);
  });
});
