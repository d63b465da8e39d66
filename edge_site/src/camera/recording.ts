/** What a recording gathers: keypoints, never a picture. */
import { stack } from "../keypoints/assemble";
import type { Seen } from "../recognise/landmarkers";

export interface Recorded {
  /** float32 [frames, points, 2], NaN = missing */
  keypoints: Float32Array;
  frames: number;
  /** Frames left out because the machine was still at an earlier one. */
  dropped: number;
  /** Seconds from the first frame to the last. */
  duration: number;
  frames_with: Record<Part, number>;
  /**
   * Milliseconds. last_frame: recording stopped -> its last landmarks; stop_to_answer: recording stopped -> answer.
   */
  ms: { last_frame: number; stop_to_answer: number };
}

type Part = keyof Seen["found"];

const PARTS: Part[] = ["pose", "left_hand", "right_hand"];

/** Gathers rows up to the model's limit: memory is bounded, however long nobody stops it. */
export class Recording {
  readonly #limit: number;
  readonly #rows: Float32Array[] = [];
  readonly #with: Record<Part, number> = { pose: 0, left_hand: 0, right_hand: 0 };
  #first = 0;
  #last = 0;

  /** @param limit the model's `max_frames` */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get frames(): number {
    return this.#rows.length;
  }

  get full(): boolean {
    return this.#rows.length >= this.#limit;
  }

  /** @param time seconds */
  add({ keypoints, found }: Seen, time: number): void {
    if (this.full) return;
    if (!this.frames) this.#first = time;
    this.#last = time;
    this.#rows.push(keypoints);
    for (const part of PARTS) this.#with[part] += Number(found[part]);
  }

  finish(dropped: number): Omit<Recorded, "ms"> {
    return {
      keypoints: stack(this.#rows),
      frames: this.frames,
      dropped,
      duration: this.#last - this.#first,
      frames_with: { ...this.#with },
    };
  }
}
