/** Which frames of a clip the landmarkers see: they cost nearly all of the edge's time, so fewer is faster. */
import { Fault } from "../errors";

/** Timestamps in containers are rounded, WebM's to 1 ms; a frame this share of a slot early belongs to the next slot. */
const EARLY = 0.05;

/** Below this rate a sign is no longer seen as movement. */
export const SLOWEST_FPS = 5;

/**
 * Takes the first frame of every slot of 1 / `fps` seconds, counted from the first frame; a clip slower than `fps`
 * keeps every frame. `keep` wants timestamps (seconds) in presentation order.
 */
export class Sampler {
  readonly #fps: number;
  #start: number | null = null;
  #slot = -1;

  constructor(fps: number) {
    this.#fps = fps;
  }

  keep(timestamp: number): boolean {
    this.#start ??= timestamp;
    const slot = Math.floor((timestamp - this.#start) * this.#fps + EARLY);
    if (slot <= this.#slot) return false;
    this.#slot = slot;
    return true;
  }
}

/**
 * The rate at which a clip of `duration` seconds stays within the model's `maxFrames`: `fps`, or less for a long clip.
 * Raises `clip_too_long` where that would be under SLOWEST_FPS.
 */
export function fittingFps(clip: string, fps: number, duration: number, maxFrames: number): number {
  const fitting = Math.min(fps, (maxFrames - 1) / duration);
  if (fitting < Math.min(fps, SLOWEST_FPS)) {
    throw new Fault("clip_too_long", { clip, seconds: String(Math.floor(maxFrames / SLOWEST_FPS)) });
  }
  return fitting;
}
