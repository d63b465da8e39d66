/** The camera's frames as they arrive: sampled, the newest kept until it is asked for, the others dropped and counted. */
import { Sampler } from "../clip/sampling";

export interface LiveFrame {
  frame: VideoFrame;
  /** Seconds since the first frame. */
  time: number;
}

/** A box for one frame. A frame that nobody took before the next came is dropped: late landmarks are worth less than new ones. */
export class LiveFrames {
  /** Frames that should have been seen, but for a machine that was still at an earlier one. */
  dropped = 0;
  /** When the camera last gave a frame, performance.now(); before the first, when it was turned on. */
  heard = performance.now();
  /** Resolves when the first frame is taken: only then is anybody there to see the next. */
  readonly started: Promise<void>;
  #begin!: () => void;
  readonly #sampler: Sampler;
  #start: number | null = null;
  #waiting: LiveFrame | null = null;
  #taker: ((next: LiveFrame | null) => void) | null = null;
  #held = false;
  #ended = false;

  /** @param fps how many frames a second are offered to the landmarkers */
  constructor(fps: number) {
    this.#sampler = new Sampler(fps);
    this.started = new Promise((resolve) => (this.#begin = resolve));
  }

  /** Takes the frame over. */
  offer(frame: VideoFrame): void {
    this.heard = performance.now();
    const seconds = frame.timestamp / 1e6;
    this.#start ??= seconds;
    if (this.#ended || this.#held || !this.#sampler.keep(seconds)) {
      frame.close();
      return;
    }
    const next = { frame, time: seconds - this.#start };
    const taker = this.#taker;
    this.#taker = null;
    if (taker) {
      taker(next);
      this.#begin();
    } else {
      this.#drop();
      this.#waiting = next;
    }
  }

  /** The newest frame, now or when it comes; null after `end`. The frame is the caller's to close. */
  next(): Promise<LiveFrame | null> {
    const next = this.#waiting;
    this.#waiting = null;
    if (next) this.#begin();
    if (next || this.#ended) return Promise.resolve(next);
    return new Promise((resolve) => (this.#taker = resolve));
  }

  /** Lets frames pass unseen until `release`. */
  hold(): void {
    this.#held = true;
    this.#drop();
  }

  release(): void {
    this.#held = false;
  }

  end(): void {
    this.#ended = true;
    this.#waiting?.frame.close();
    this.#waiting = null;
    this.#taker?.(null);
    this.#taker = null;
  }

  #drop(): void {
    if (!this.#waiting) return;
    this.#waiting.frame.close();
    this.#waiting = null;
    this.dropped++;
  }
}

/**
 * Offers a track's frames until `signal` aborts or the track ends: every frame by MediaStreamTrackProcessor where the
 * browser has one on the page, else those that `video` presents.
 */
export function pump(track: MediaStreamVideoTrack, video: HTMLVideoElement, frames: LiveFrames, signal: AbortSignal) {
  if ("MediaStreamTrackProcessor" in globalThis) void processTrack(track, frames, signal);
  else watchVideo(video, frames, signal);
}

async function processTrack(track: MediaStreamVideoTrack, frames: LiveFrames, signal: AbortSignal): Promise<void> {
  const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
  signal.addEventListener("abort", () => void reader.cancel());
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    frames.offer(value);
  }
}

function watchVideo(video: HTMLVideoElement, frames: LiveFrames, signal: AbortSignal): void {
  const take = (now: number) => {
    if (signal.aborted) return;
    frames.offer(new VideoFrame(video, { timestamp: Math.round(now * 1000) }));
    video.requestVideoFrameCallback(take);
  };
  video.requestVideoFrameCallback(take);
}
