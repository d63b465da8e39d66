/** The camera from on to off: its frames go through the landmarkers as they arrive, and whoever listens gets their keypoints. */
import { Fault } from "../errors";
import type { Seen } from "../recognise/landmarkers";
import { requirePerson } from "../recognise/presence";
import type { Recogniser } from "../recognise/recogniser";
import { openCamera, turnOff } from "./device";
import { LiveFrames, pump } from "./frames";
import { type Recorded, Recording } from "./recording";

export interface Listener {
  /** Each frame that the landmarkers saw; `time` in seconds since the first, `aspect` width / height. */
  onSeen?(seen: Seen, time: number, size: { width: number; height: number }): void;
  /** The camera, or what reads it, is gone: the session has ended by itself. */
  onLost?(fault: unknown): void;
  /** The recording holds as much as the model takes. */
  onFull?(): void;
}

/** A sign's last frame says little; on a slow machine the answer need not wait for it. */
const LAST_FRAME_MS = 80;

/** A camera that gives nothing for so long has been taken away, whatever its track says. */
const SILENCE_MS = 8000;

export class CameraSession {
  readonly stream: MediaStream;
  readonly #recogniser: Recogniser;
  readonly #frames: LiveFrames;
  readonly #listener: Listener;
  readonly #closing = new AbortController();
  /** The frame that is at the landmarkers. */
  #flight: Promise<unknown> = Promise.resolve();
  #recording: Recording | null = null;
  #droppedBefore = 0;
  readonly #ended: Promise<void>;

  private constructor(stream: MediaStream, video: HTMLVideoElement, recogniser: Recogniser, listener: Listener) {
    this.stream = stream;
    this.#recogniser = recogniser;
    this.#listener = listener;
    this.#frames = new LiveFrames(recogniser.fps);
    const [track] = stream.getVideoTracks() as [MediaStreamVideoTrack];
    track.addEventListener("ended", () => this.#lose(new Fault("camera_lost")));
    const listening = setInterval(() => this.#listen(), 1000);
    this.#closing.signal.addEventListener("abort", () => clearInterval(listening));
    pump(track, video, this.#frames, this.#closing.signal);
    this.#ended = recogniser.live(() => this.#run()).catch((error: unknown) => this.#lose(error));
  }

  /** @param video shows the stream. Raises `no_camera`, `camera_refused`, `camera_busy`. */
  static async open(recogniser: Recogniser, video: HTMLVideoElement, listener: Listener = {}): Promise<CameraSession> {
    const stream = await openCamera();
    video.srcObject = stream;
    // Autoplay may be refused where the frames come from the track itself: then only the preview stands still.
    await video.play().catch(() => undefined);
    return new CameraSession(stream, video, recogniser, listener);
  }

  get dropped(): number {
    return this.#frames.dropped;
  }

  /** Resolves when the first frame is at the landmarkers. */
  get started(): Promise<void> {
    return this.#frames.started;
  }

  record(): void {
    this.#recording = new Recording(this.#recogniser.maxFrames);
    this.#droppedBefore = this.dropped;
  }

  /**
   * Ends the recording, and asks `answer` for its sign. No further frame goes in until then: the answer has the machine for
   * itself. The frame that is at the landmarkers is waited for, LAST_FRAME_MS at most. Raises `no_person`, `no_hands`, or
   * what `answer` raises. `until`: seconds of the stream; what was seen later is left out.
   */
  async stop<T>(
    answer: (keypoints: Float32Array) => Promise<T>,
    until = Infinity,
  ): Promise<{ recorded: Recorded; answer: T }> {
    const stopped = performance.now();
    this.#frames.hold();
    try {
      // With nothing to answer on yet, its only frame is worth any wait.
      const late = this.#recording?.frames ? [new Promise((pass) => setTimeout(pass, LAST_FRAME_MS))] : [];
      await Promise.race([this.#flight, ...late]);
      const recorded = (this.#recording ?? new Recording(0)).finish(this.dropped - this.#droppedBefore, until);
      this.#recording = null;
      requirePerson(recorded.frames_with);
      const last_frame = performance.now() - stopped;
      const given = await answer(recorded.keypoints);
      const ms = { last_frame, stop_to_answer: performance.now() - stopped };
      return { recorded: { ...recorded, ms }, answer: given };
    } finally {
      this.#frames.release();
    }
  }

  /** Forgets the recording. */
  abandon(): void {
    this.#recording = null;
  }

  /** Camera off; resolves when the landmarkers are free for a clip. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#frames.end();
    turnOff(this.stream);
    await this.#ended;
  }

  async #run(): Promise<void> {
    for (;;) {
      const next = await this.#frames.next();
      if (!next) return;
      const size = { width: next.frame.displayWidth, height: next.frame.displayHeight };
      const flight = this.#recogniser.detect(next.frame, next.time * 1000);
      this.#flight = flight.catch(() => undefined);
      const seen = await flight;
      if (!seen) continue;
      this.#recording?.add(seen, next.time);
      this.#listener.onSeen?.(seen, next.time, size);
      if (this.#recording?.full) this.#listener.onFull?.();
    }
  }

  #listen(): void {
    // A hidden page may get no frames, and that is nobody's fault.
    if (document.hidden) this.#frames.heard = performance.now();
    if (performance.now() - this.#frames.heard > SILENCE_MS) this.#lose(new Fault("camera_lost"));
  }

  #lose(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    void this.close();
    this.#listener.onLost?.(error);
  }
}
