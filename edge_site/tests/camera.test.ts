import { describe, expect, it, vi } from "vitest";
import type { KeypointSource } from "../src/bundle";
import { FramingGuide } from "../src/camera/framing";
import { LiveFrames } from "../src/camera/frames";
import { Recording } from "../src/camera/recording";

/** Enough of a VideoFrame: when it was taken, and whether it was let go. */
function frame(seconds: number) {
  return { timestamp: seconds * 1e6, close: vi.fn() } as unknown as VideoFrame & { close: ReturnType<typeof vi.fn> };
}

describe("the camera's frames", () => {
  it("are sampled, and those between are closed", async () => {
    const frames = new LiveFrames(15);
    const [first, between] = [frame(7), frame(7 + 1 / 30)];
    frames.offer(first);
    frames.offer(between);
    expect(await frames.next()).toEqual({ frame: first, time: 0 });
    expect(between.close).toHaveBeenCalledOnce();
    expect(frames.dropped).toBe(0);
  });

  it("are dropped, closed and counted when nobody takes them in time; the newest stays", async () => {
    const frames = new LiveFrames(10);
    const offered = [0, 1, 2, 3].map((k) => frame(k / 10));
    for (const one of offered) frames.offer(one);
    expect((await frames.next())?.frame).toBe(offered[3]);
    expect(frames.dropped).toBe(3);
    expect(offered.map(({ close }) => close.mock.calls.length)).toEqual([1, 1, 1, 0]);
  });

  it("reach somebody who was waiting already", async () => {
    const frames = new LiveFrames(10);
    const next = frames.next();
    const one = frame(0);
    frames.offer(one);
    expect((await next)?.frame).toBe(one);
  });

  it("pass unseen and uncounted while held", async () => {
    const frames = new LiveFrames(10);
    frames.hold();
    const unseen = frame(0);
    frames.offer(unseen);
    frames.release();
    const seen = frame(0.1);
    frames.offer(seen);
    expect((await frames.next())?.frame).toBe(seen);
    expect(unseen.close).toHaveBeenCalledOnce();
    expect(frames.dropped).toBe(0);
  });

  it("end for whoever waits, and none is kept", async () => {
    const frames = new LiveFrames(10);
    const next = frames.next();
    frames.end();
    expect(await next).toBeNull();
    const late = frame(0);
    frames.offer(late);
    expect(late.close).toHaveBeenCalledOnce();
    expect(await frames.next()).toBeNull();
  });
});

describe("a recording", () => {
  const seen = (value: number, hand: boolean) => ({
    keypoints: Float32Array.of(value, value),
    found: { pose: true, left_hand: false, right_hand: hand },
    ms: { pose: 1, hands: 1 },
  });

  it("stacks what was seen, and counts its parts", () => {
    const recording = new Recording(300);
    recording.add(seen(1, true), 2);
    recording.add(seen(2, false), 2.5);
    const { keypoints, ...facts } = recording.finish(4);
    expect([...keypoints]).toEqual([1, 1, 2, 2]);
    expect(facts).toEqual({
      frames: 2,
      dropped: 4,
      duration: 0.5,
      frames_with: { pose: 2, left_hand: 0, right_hand: 1 },
    });
  });

  it("leaves out what came after the sign", () => {
    const recording = new Recording(300);
    for (let k = 0; k < 4; k++) recording.add(seen(k, k === 3), k);
    const { frames, duration, frames_with } = recording.finish(0, 2.5);
    expect([frames, duration, frames_with.right_hand]).toEqual([3, 2, 0]);
  });

  it("takes no more than the model does", () => {
    const recording = new Recording(2);
    for (let k = 0; k < 5; k++) recording.add(seen(k, true), k);
    expect(recording.full).toBe(true);
    expect(recording.finish(0).frames).toBe(2);
  });
});

describe("the framing guide", () => {
  const names = ["nose", "left_shoulder", "right_shoulder"];
  const guide = new FramingGuide(names.map((name, index): KeypointSource => ({ name, part: "pose", index })));
  const judge = (nose: [number, number], left: [number, number], right: [number, number]) =>
    guide.judge(Float32Array.of(...nose, ...left, ...right));

  it.each([
    ["good", [0.5, 0.3], [0.62, 0.5], [0.38, 0.5]],
    ["too_close", [0.5, 0.3], [0.8, 0.7], [0.2, 0.7]],
    ["too_close", [0.5, 0.5], [0.6, 0.9], [0.4, 0.9]],
    ["too_close", [0.5, -0.1], [0.6, 0.2], [0.4, 0.2]],
    ["too_far", [0.5, 0.4], [0.53, 0.5], [0.47, 0.5]],
    ["off_centre", [0.1, 0.3], [0.2, 0.5], [0.02, 0.5]],
    ["nobody", [NaN, NaN], [0.62, 0.5], [0.38, 0.5]],
  ] as const)("finds %s", (framing, nose, left, right) => {
    expect(judge([...nose], [...left], [...right])).toBe(framing);
  });
});
