/** What is said of a segment: a sign, a doubt, or nothing; and the list of what was said. */
import type { Guess } from "../cloud/client";

export type Verdict = "sign" | "uncertain" | "nothing";

export interface Entry {
  kind: "sign" | "uncertain";
  /** The sign; of a doubt the likeliest, which is not shown as one. */
  label: string;
  probability: number;
  /** Seconds of the stream. */
  start: number;
  end: number;
}

/**
 * A wrong word in a transcript costs its reader more than a gap. Trained with label smoothing, the default model says 0.93 at
 * most; signs that it knows mostly pass 0.85, and most signs that it never learned do not.
 */
export const SURE = { probability: 0.85, margin: 0.3 };

/** The class of bundles that know what hands do between signs. */
export const IDLE = "idle";

/** @param top the likeliest first */
export function judge(top: readonly Guess[]): Verdict {
  const [first, second] = top;
  if (!first || first.label === IDLE) return "nothing";
  const margin = first.probability - (second?.probability ?? 0);
  return first.probability >= SURE.probability && margin >= SURE.margin ? "sign" : "uncertain";
}

/** The newest `limit` entries, oldest first. */
export class Transcript {
  readonly #limit: number;
  #entries: Entry[] = [];

  constructor(limit = 200) {
    this.#limit = limit;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  add(entry: Entry): void {
    this.#entries = [...this.#entries, entry].slice(-this.#limit);
  }

  clear(): void {
    this.#entries = [];
  }
}
