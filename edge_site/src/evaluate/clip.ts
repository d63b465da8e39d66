/** What an evaluation is made of: clips with their truth, and what became of each. */
import type { Guess } from "../cloud/client";
import { CercaError, type ErrorCode, Fault } from "../errors";

export interface LabelledClip {
  /** Path inside the chosen folder. */
  name: string;
  /** null: the label file names a clip that is not in the folder. */
  file: File | null;
  /** What is signed, as the folder or the label file writes it; null where nobody said. */
  truth: string | null;
}

export interface Answered {
  kind: "answer";
  /** SHA-256 of the clip's content. */
  sha256: string;
  top: Guess[];
  frames: number;
  /** Milliseconds; extract = decode + landmarks. */
  ms: { extract: number; decode: number; landmarks: number; classify: number; inference: number };
  /** Whether it was answered in an earlier run and only looked up in this one. */
  kept: boolean;
}

export interface Failed {
  kind: "failure";
  code: ErrorCode;
  values: Record<string, string>;
}

export interface Row {
  clip: string;
  truth: string | null;
  /** null: not done yet. */
  outcome: Answered | Failed | null;
}

/** `Thank_You` and `thank you` are the model's `thank-you` (as in `cerca compare`). */
export function normalise(label: string): string {
  return label
    .toLowerCase()
    .replaceAll(/[_\s-]+/g, " ")
    .trim()
    .replaceAll(" ", "-");
}

/** The failure as one sentence in the page's language. */
export function sentence({ code, values }: Failed): string {
  return new CercaError(new Fault(code, values)).message;
}
