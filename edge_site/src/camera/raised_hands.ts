/** Both hands held up beside or above the head: how somebody who stands away from the keyboard starts and stops. */
import type { KeypointSource } from "../bundle";

/** How long both hands are held up, seconds: signs pass there, and do not stay. */
const HOLD_S = 0.7;

/** Landmarks are lost for a frame or two while hands move: no reason to count from the beginning. */
const LOST_S = 0.25;

type Side = "left" | "right";

export class RaisedHands {
  readonly #nose: number;
  /** Of each side: the hand's own wrist, and the pose's, which stands in where the hand is not seen. */
  readonly #wrists: [number, number][];
  #since: number | null = null;
  #last = -Infinity;
  #told = false;

  /** @param sources the manifest's keypoint list */
  constructor(sources: readonly KeypointSource[]) {
    const index = (name: string) => 2 * sources.findIndex((source) => source.name === name);
    this.#nose = index("nose");
    this.#wrists = (["left", "right"] as Side[]).map((side) => [index(`${side}_hand_0`), index(`${side}_wrist`)]);
  }

  /**
   * @param row float32 [points, 2], image-normalised, NaN where missing
   * @param time seconds, rising
   * @returns when the hands went up, once they have been held there; null otherwise, and until they came down again
   */
  see(row: Float32Array, time: number): number | null {
    if (this.#up(row)) {
      this.#since ??= time;
      this.#last = time;
    } else if (time - this.#last > LOST_S) {
      this.#since = null;
      this.#told = false;
    }
    if (this.#since === null || this.#told || this.#last - this.#since < HOLD_S) return null;
    this.#told = true;
    return this.#since;
  }

  #up(row: Float32Array): boolean {
    const nose = row[this.#nose + 1] ?? NaN;
    return this.#wrists.every(([hand, pose]) => {
      const seen = row[hand + 1] ?? NaN;
      // A comparison with NaN is false: what is not seen is not up.
      return (Number.isNaN(seen) ? guessed(row, pose) : seen) < nose;
    });
  }
}

/** The pose guesses where a wrist is that it cannot see: only inside the picture is it believed. */
function guessed(row: Float32Array, wrist: number): number {
  const [x, y] = [row[wrist] ?? NaN, row[wrist + 1] ?? NaN];
  return x >= 0 && x <= 1 && y >= 0 && y <= 1 ? y : NaN;
}
