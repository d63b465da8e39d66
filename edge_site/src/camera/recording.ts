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

/** Gathers rows up to the model's limit: memory is bounded, however long nobody stops it. */
export class Recording {
  readonly #limit: number;
  readonly #rows: { seen: Seen; time: number }[] = [];

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

  /** @param time seconds, rising */
  add(seen: Seen, time: number): void {
    if (!this.full) this.#rows.push({ seen, time });
  }

  /** @param until seconds: what came later is no part of the sign */
  finish(dropped: number, until = Infinity): Omit<Recorded, "ms"> {
    const rows = this.#rows.filter(({ time }) => time <= until);
    const count = (part: Part) => rows.filter(({ seen }) => seen.found[part]).length;
    return {
      keypoints: stack(rows.map(({ seen }) => seen.keypoints)),
      frames: rows.length,
      dropped,
      duration: (rows.at(-1)?.time ?? 0) - (rows[0]?.time ?? 0),
      frames_with: { pose: count("pose"), left_hand: count("left_hand"), right_hand: count("right_hand") },
    };
  }
}
