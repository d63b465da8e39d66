/** A clip -> keypoints: one frame is at the landmarkers while the next is being decoded. */
import { stack } from "../keypoints/assemble";
import type { ClipFacts, FramesProtocol } from "../workers/frames";
import type { WorkerClient } from "../workers/rpc";
import type { Landmarkers } from "./landmarkers";
import { requirePerson } from "./presence";

export interface Extracted extends ClipFacts {
  /** float32 [frames, points, 2], NaN = missing */
  keypoints: Float32Array;
  frames: number;
  frames_with: { pose: number; left_hand: number; right_hand: number };
  /** Milliseconds from the clip handed over to its first frame's keypoints; a page's first clip starts the landmarkers' graphs. */
  first_frame: number;
  /**
   * Milliseconds. extract: clip handed over -> keypoints complete = decode (waiting for a frame) + landmarks (the rest).
   * pose, hands: the workers' busy time; they overlap.
   */
  ms: { extract: number; decode: number; landmarks: number; pose: number; hands: number };
}

export interface Watcher {
  signal?: AbortSignal;
  /** After opening, before the first frame. */
  onOpen?(facts: ClipFacts): void;
  /** Before a frame goes to the landmarkers; the frame may be drawn, not kept. */
  onFrame?(frame: VideoFrame): void;
  /** After a frame: its keypoints, float32 [points, 2], and the share of the clip seen so far, 0 to 1. */
  onKeypoints?(keypoints: Float32Array, share: number): void;
}

/** Raises `not_a_video`, `unsupported_codec`, `clip_too_long`, `no_person`, `no_hands`, `landmarker_failed`, or AbortError. */
export async function extract(
  file: File,
  { fps, maxFrames }: { fps: number; maxFrames: number },
  frames: WorkerClient<FramesProtocol>,
  landmarkers: Landmarkers,
  watcher: Watcher = {},
): Promise<Extracted> {
  const start = performance.now();
  const rows: Float32Array[] = [];
  const frames_with = { pose: 0, left_hand: 0, right_hand: 0 };
  const busy = { pose: 0, hands: 0 };
  let decode = 0;
  let first_frame = 0;
  const waited = async <T>(promise: Promise<T>): Promise<T> => {
    const from = performance.now();
    const value = await promise;
    decode += performance.now() - from;
    return value;
  };
  let pending: ReturnType<typeof pull> | null = null;
  const pull = () => frames.ask("next", {});
  landmarkers.reset();
  try {
    const facts = await waited(frames.ask("open", { file, fps, maxFrames }));
    watcher.onOpen?.(facts);
    pending = pull();
    for (;;) {
      const next = await waited(pending);
      if (!next) break;
      pending = pull();
      if (watcher.signal?.aborted) next.frame.close();
      watcher.signal?.throwIfAborted();
      watcher.onFrame?.(next.frame);
      const seen = await landmarkers.detect(next.frame, next.time * 1000);
      rows.push(seen.keypoints);
      if (rows.length === 1) first_frame = performance.now() - start;
      for (const part of ["pose", "left_hand", "right_hand"] as const) frames_with[part] += Number(seen.found[part]);
      busy.pose += seen.ms.pose;
      busy.hands += seen.ms.hands;
      watcher.onKeypoints?.(seen.keypoints, Math.min(1, (next.time + 1 / facts.fps) / facts.duration));
    }
    requirePerson(frames_with, file.name);
    const keypoints = stack(rows);
    const total = performance.now() - start;
    return {
      ...facts,
      keypoints,
      frames: rows.length,
      frames_with,
      first_frame,
      ms: { extract: total, decode, landmarks: total - decode, ...busy },
    };
  } finally {
    (await pending?.catch(() => null))?.frame.close();
    await frames.ask("close", {});
  }
}
