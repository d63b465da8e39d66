import { describe, expect, it } from "vitest";
import type { KeypointSource } from "../src/bundle";
import { MotionMeter } from "../src/segment/motion";
import { LIMITS, type Segment, Segmenter } from "../src/segment/segmenter";
import { judge, SURE, Transcript } from "../src/segment/transcript";

const NAMES = ["left_shoulder", "right_shoulder", "left_wrist", "right_wrist"];
const HAND = Array.from({ length: 21 }, (_, k) => `right_hand_${k}`);
const SOURCES = [...NAMES, ...HAND].map((name, index): KeypointSource => ({ name, part: "pose", index }));

const FPS = 12;

/** A person with shoulders 0.2 wide at y = 0.4; the right hand is a fist at x, y; NaN: not in view. */
function person(x: number, y: number, size = 1): Float32Array {
  const scaled = (at: number) => 0.5 + (at - 0.5) * size;
  const points = [
    [0.6, 0.4],
    [0.4, 0.4],
    [0.7, 1.2],
    [x, y],
  ];
  return Float32Array.from([...points, ...HAND.map(() => [x, y])].flat().map(scaled));
}

const at = (seconds: number) => Math.round(seconds * FPS);
const still = (seconds: number, y = 0.5) => Array.from({ length: at(seconds) }, () => person(0.4, y));
const waving = (seconds: number, y = 0.5) =>
  Array.from({ length: at(seconds) }, (_, k) => person(0.4 + 0.05 * Math.sin((2 * Math.PI * k) / FPS), y));
const lowered = (seconds: number) => still(seconds, 0.8);
const gone = (seconds: number) => Array.from({ length: at(seconds) }, () => person(NaN, NaN));

function segments(rows: Float32Array[], size = 1, fps = FPS): Segment[] {
  const [meter, segmenter] = [new MotionMeter(SOURCES), new Segmenter()];
  return rows.flatMap((row, k) => {
    const scaled = size === 1 ? row : row.map((value) => 0.5 + (value - 0.5) * size);
    return segmenter.push(scaled, k / fps, meter.measure(scaled, k / fps, 1)) ?? [];
  });
}

describe("signs in a stream", () => {
  it("end when the hands rest", () => {
    const found = segments([...still(1), ...waving(2), ...still(2), ...waving(1.5), ...still(2)]);
    expect(found).toHaveLength(2);
    expect(found[0]?.start).toBeCloseTo(1, 0);
    expect(found[0]?.end).toBeCloseTo(3, 0);
    expect(found[1]?.end).toBeCloseTo(6.5, 0);
  });

  it("end when the hands go down, sooner than by resting, and without the rows that are down", () => {
    const found = segments([...lowered(1), ...waving(1.5), ...lowered(LIMITS.lowered + 0.2)]);
    expect(found).toHaveLength(1);
    expect(found[0]?.rows.length).toBeLessThanOrEqual(at(1.5 + LIMITS.tail) + 1);
  });

  it("end when the hands leave the picture", () => {
    expect(segments([...gone(1), ...waving(1.5), ...gone(1)])).toHaveLength(1);
  });

  it("are not cut by a short hold within them", () => {
    expect(segments([...still(1), ...waving(1), ...still(LIMITS.rest - 0.3), ...waving(1), ...still(2)])).toHaveLength(
      1,
    );
  });

  it("are not found in movement below the waist, nor where nobody is", () => {
    expect(segments([...waving(3, 0.8), ...lowered(2)])).toEqual([]);
    expect(segments([...gone(5)])).toEqual([]);
  });

  it("are not found in a single jump of a landmark", () => {
    expect(segments([...still(2), person(0.45, 0.55), ...still(2)])).toEqual([]);
  });

  it("are not found in the trembling of a hand at rest, which does not hide the rest either", () => {
    let seed = 1;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5;
    const trembling = (rows: Float32Array[]) => rows.map((row) => row.map((value) => value + 0.004 * random()));
    expect(segments(trembling(still(10)))).toEqual([]);
    expect(segments(trembling([...still(1), ...waving(2), ...still(2), ...waving(2), ...still(2)]))).toHaveLength(2);
  });

  it("are the same near and far from the camera", () => {
    const stream = [...still(1), ...waving(2), ...still(2)];
    const times = (size: number) => segments(stream, size).map(({ start, end }) => [start, end]);
    expect(times(0.5)).toEqual(times(1));
  });

  it("are cut at the longest length when nobody ever rests", () => {
    const found = segments(waving(20));
    expect(found).toHaveLength(3);
    for (const { start, end } of found) expect(end - start).toBeLessThanOrEqual(LIMITS.longest + LIMITS.lead + 0.1);
  });

  it("do not reach over a gap in the stream", () => {
    const [meter, segmenter] = [new MotionMeter(SOURCES), new Segmenter()];
    const push = (row: Float32Array, time: number) => segmenter.push(row, time, meter.measure(row, time, 1));
    waving(1).forEach((row, k) => push(row, k / FPS));
    expect(segmenter.signing).toBe(true);
    push(person(0.4, 0.5), 60);
    expect(segmenter.signing).toBe(false);
    expect(segmenter.held).toBeLessThanOrEqual(1);
  });

  it("are not found in what is left of one whose beginning was missed", () => {
    const [meter, segmenter] = [new MotionMeter(SOURCES), new Segmenter()];
    const push = (rows: Float32Array[], start: number) =>
      rows.flatMap((row, k) => segmenter.push(row, start + k / FPS, meter.measure(row, start + k / FPS, 1)) ?? []);
    push(waving(1), 0);
    const found = push([...waving(1.5), ...still(2), ...waving(2), ...still(2)], 1 + LIMITS.gap + 0.1);
    expect(found).toHaveLength(1);
    expect(found[0]?.start).toBeCloseTo(1 + LIMITS.gap + 0.1 + 3.5, 0);
  });

  it("are found whole by a machine that sees a frame now and then", () => {
    const stream = [...still(1), ...waving(3), ...still(2), ...waving(3), ...still(2)];
    const [meter, segmenter] = [new MotionMeter(SOURCES), new Segmenter()];
    const found = stream.flatMap((row, k) =>
      k % 5 ? [] : (segmenter.push(row, k / FPS, meter.measure(row, k / FPS, 1)) ?? []),
    );
    expect(found).toHaveLength(2);
    for (const { start, end } of found) expect(end - start).toBeGreaterThan(2);
  });

  it("take no more memory after an hour than after a minute", () => {
    const [meter, segmenter] = [new MotionMeter(SOURCES), new Segmenter()];
    const minute = [...still(10), ...waving(25), ...still(5), ...gone(5), ...waving(15)];
    const most = Array.from({ length: 60 }, (_, m) => {
      let held = 0;
      minute.forEach((row, k) => {
        const time = m * 60 + k / FPS;
        segmenter.push(row, time, meter.measure(row, time, 1));
        held = Math.max(held, segmenter.held);
      });
      return held;
    });
    expect(Math.max(...most)).toBeLessThanOrEqual((LIMITS.longest + LIMITS.lead) * FPS + 2);
    expect(most.at(-1)).toBe(most[1]);
  });
});

describe("a verdict", () => {
  const guesses = (first: number, second: number, label = "tea") => [
    { label, probability: first },
    { label: "no", probability: second },
  ];

  it("names a sign only when it is likely and well ahead", () => {
    expect(judge(guesses(0.9, 0.05))).toBe("sign");
    expect(judge(guesses(SURE.probability - 0.01, 0.01))).toBe("uncertain");
    expect(judge(guesses(0.5, 0.45))).toBe("uncertain");
    expect(judge([])).toBe("nothing");
  });

  it("never shows idle as a sign, however sure the model is", () => {
    expect(judge(guesses(0.99, 0.01, "idle"))).toBe("nothing");
    expect(judge(guesses(0.4, 0.3, "idle"))).toBe("nothing");
  });
});

describe("the transcript", () => {
  it("keeps the newest entries only", () => {
    const transcript = new Transcript(3);
    for (let k = 0; k < 10; k++)
      transcript.add({ kind: "sign", label: String(k), probability: 1, start: k, end: k + 1 });
    expect(transcript.entries.map(({ label }) => label)).toEqual(["7", "8", "9"]);
    transcript.clear();
    expect(transcript.entries).toEqual([]);
  });
});
