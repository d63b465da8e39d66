/** Where a sign begins and ends in an endless stream: hands come up and move; they rest, or go down. */
import type { Motion } from "./motion";

export interface Segment {
  /** float32 [points, 2] each. */
  rows: Float32Array[];
  /** Seconds of the stream. */
  start: number;
  end: number;
}

/**
 * Speeds in shoulder widths a second, heights in shoulder widths above the shoulders, times in seconds. A sign begins at
 * `moving` and ends below `still`, so that it does not flicker between; a hand counts as down a little lower than it counts
 * as up, for the same reason. A hold within a sign (0.6 s in some of samples/) must be shorter than `rest`.
 */
export const LIMITS = {
  moving: 0.22,
  still: 0.12,
  rest: 0.8,
  up: -1.25,
  down: -1.4,
  lowered: 0.2,
  /** Kept before the first movement and after the last. */
  lead: 0.2,
  tail: 0.2,
  shortest: 0.6,
  longest: 6,
  /** A stream that stood still for longer is another stream. */
  gap: 1,
  /** Where it goes on in the middle of a sign, hands must rest that long, or go down, before the next may begin. */
  settled: 0.3,
};

interface Row {
  row: Float32Array;
  time: number;
}

/** Memory is bounded: it never holds more than `longest` seconds. */
export class Segmenter {
  readonly #limits: typeof LIMITS;
  #signing = false;
  #rows: Row[] = [];
  /** When the first movement, the last movement and the last raised hand were seen. */
  #moved = { first: 0, last: 0 };
  #raised = 0;
  #last = -Infinity;
  /** Since when hands have been at rest in a stream that has just gone on; null: its signs are seen from their beginning. */
  #resting: number | null = null;

  constructor(limits = LIMITS) {
    this.#limits = limits;
  }

  get signing(): boolean {
    return this.#signing;
  }

  /** Rows held at the moment. */
  get held(): number {
    return this.#rows.length;
  }

  /**
   * @param row float32 [points, 2]; kept
   * @param time seconds, rising
   * @returns the sign that has just ended, if any
   */
  push(row: Float32Array, time: number, { energy, height }: Motion): Segment | null {
    if (time - this.#last > this.#limits.gap && this.#last > -Infinity) {
      this.#forget();
      this.#resting = time;
    }
    this.#last = time;
    this.#rows.push({ row, time });
    if (!this.#signing) {
      this.#wait(time, energy, height);
      return null;
    }
    if (energy >= this.#limits.still) this.#moved.last = time;
    if (height > this.#limits.down) this.#raised = time;
    if (time - this.#raised >= this.#limits.lowered) return this.#end(this.#raised);
    if (time - this.#moved.last >= this.#limits.rest) return this.#end(this.#moved.last);
    if (time - this.#moved.first >= this.#limits.longest) return this.#end(time);
    return null;
  }

  #wait(time: number, energy: number, height: number): void {
    const raised = height > this.#limits.up;
    if (!raised) this.#rows = [];
    while (this.#rows[0] && time - this.#rows[0].time > this.#limits.lead) this.#rows.shift();
    if (this.#resting !== null && !this.#isSettled(this.#resting, time, energy, raised)) return;
    if (!raised || energy < this.#limits.moving) return;
    this.#signing = true;
    this.#moved = { first: time, last: time };
    this.#raised = time;
  }

  /** What is left of a sign whose beginning nobody saw looks like some other sign. */
  #isSettled(since: number, time: number, energy: number, raised: boolean): boolean {
    if (raised && energy >= this.#limits.still) this.#resting = time;
    else if (!raised || time - since >= this.#limits.settled) this.#resting = null;
    return this.#resting === null;
  }

  #end(last: number): Segment | null {
    const rows = this.#rows.filter(({ time }) => time <= last + this.#limits.tail);
    const [first] = rows;
    this.#forget();
    if (!first || last - this.#moved.first < this.#limits.shortest) return null;
    return { rows: rows.map(({ row }) => row), start: first.time, end: last };
  }

  #forget(): void {
    this.#signing = false;
    this.#rows = [];
  }
}
