/** Whether a person stands where the landmarkers see face, shoulders and both hands. */
import type { KeypointSource } from "../bundle";

export type Framing = "nobody" | "too_close" | "too_far" | "off_centre" | "good";

/** Shoulder width as a share of the picture's width: wider, and raised or lowered hands leave it; narrower, and fingers blur. */
const WIDEST = 0.5;
const NARROWEST = 0.12;

/** Shoulders lower than this share of the height leave no room for the hands. */
const LOWEST = 0.78;

/** How far from the middle, as a share of the width, a hand still stays in view. */
const ASIDE = 0.25;

type Landmark = "nose" | "left_shoulder" | "right_shoulder";

export class FramingGuide {
  readonly #place: Record<Landmark, number>;

  constructor(sources: readonly KeypointSource[]) {
    const index = (name: string) => 2 * sources.findIndex((source) => source.name === name);
    this.#place = {
      nose: index("nose"),
      left_shoulder: index("left_shoulder"),
      right_shoulder: index("right_shoulder"),
    };
  }

  /** @param row float32 [points, 2], image-normalised, NaN where missing */
  judge(row: Float32Array): Framing {
    const at = (name: Landmark) => {
      const start = this.#place[name];
      return [row[start] ?? NaN, row[start + 1] ?? NaN] as const;
    };
    const [noseX, noseY] = at("nose");
    const [[leftX, leftY], [rightX, rightY]] = [at("left_shoulder"), at("right_shoulder")];
    if (Number.isNaN(noseX + leftX + rightX)) return "nobody";
    const width = Math.abs(leftX - rightX);
    if (width > WIDEST || noseY < 0 || Math.max(leftY, rightY) > LOWEST) return "too_close";
    if (width < NARROWEST) return "too_far";
    return Math.abs((leftX + rightX) / 2 - 0.5) > ASIDE ? "off_centre" : "good";
  }
}
