/** How a signer moves from frame to frame, in units of the body, so that neither camera nor distance matters. */
import type { KeypointSource } from "../bundle";

export interface Motion {
  /** How far the fastest fingertip or wrist came within the last WINDOW_S, as a speed: shoulder widths a second. */
  energy: number;
  /** The higher hand's wrist above the shoulders, in shoulder widths (below: negative); -Infinity with no hand in view. */
  height: number;
}

type Side = "left" | "right";
type Point = readonly [x: number, y: number];

const SIDES: Side[] = ["left", "right"];

/** Landmarks of a hand that show its movement: wrist and fingertips (MediaPipe). */
const MOVING = [0, 4, 8, 12, 16, 20] as const;

/** Time constant of the smoothing of positions, seconds: landmarks of a hand at rest tremble by a pixel or so. */
const SMOOTHING_S = 0.1;

/** Movement is looked for over this long, seconds: trembling goes nowhere, and a finger that taps is not always moving. */
const WINDOW_S = 0.3;

interface Moment {
  time: number;
  /** Smoothed; missing points are NaN. */
  points: Point[];
}

export class MotionMeter {
  readonly #hands: Record<Side, number[]>;
  readonly #wrists: Record<Side, number>;
  readonly #shoulders: [number, number];
  #window: Moment[] = [];
  /** Shoulder width, in picture heights; the last that was seen. */
  #scale = NaN;

  /** @param sources the manifest's keypoint list */
  constructor(sources: readonly KeypointSource[]) {
    const index = (name: string) => 2 * sources.findIndex((source) => source.name === name);
    const hand = (side: Side) => MOVING.map((point) => index(`${side}_hand_${point}`));
    this.#hands = { left: hand("left"), right: hand("right") };
    this.#wrists = { left: index("left_wrist"), right: index("right_wrist") };
    this.#shoulders = [index("left_shoulder"), index("right_shoulder")];
  }

  /**
   * @param row float32 [points, 2], image-normalised, NaN where missing
   * @param time seconds, rising
   * @param aspect picture width / height
   */
  measure(row: Float32Array, time: number, aspect: number): Motion {
    const [left, right] = this.#shoulders.map((shoulder) => at(row, shoulder, aspect)) as [Point, Point];
    const width = distance(left, right);
    if (width > 0) this.#scale = width;
    const wrists = SIDES.map((side) => this.#wrist(row, side, aspect));
    const points = SIDES.flatMap((side, k) => [
      ...this.#hands[side].map((point) => at(row, point, aspect)),
      // The pose's wrist moves for a hand that is not seen.
      Number.isNaN(row[this.#hands[side][0] as number]) ? (wrists[k] as Point) : MISSING,
    ]);
    const before = this.#window.at(-1);
    const now = { time, points: before ? smoothed(points, before, time) : points };
    // A machine that is behind sees a frame now and then: the one before counts, however long ago it was.
    const recent = this.#window.filter((moment) => time - moment.time <= WINDOW_S);
    this.#window = [...(recent.length || !before ? recent : [before]), now];
    const seconds = Math.max(WINDOW_S, time - (this.#window[0] as Moment).time);
    const shoulders = (left[1] + right[1]) / 2;
    const heights = wrists.map(([, y]) => (shoulders - y) / this.#scale).filter((height) => !Number.isNaN(height));
    return {
      energy: furthest(this.#window, now) / seconds / this.#scale || 0,
      height: Math.max(-Infinity, ...heights),
    };
  }

  #wrist(row: Float32Array, side: Side, aspect: number): Point {
    const hand = at(row, this.#hands[side][0] as number, aspect);
    if (!Number.isNaN(hand[1])) return hand;
    const [x, y] = at(row, this.#wrists[side], aspect);
    // The pose guesses where a wrist is that it cannot see.
    return x >= 0 && x <= aspect && y >= 0 && y <= 1 ? [x, y] : MISSING;
  }
}

const MISSING: Point = [NaN, NaN];

/** In picture heights. */
function at(row: Float32Array, index: number, aspect: number): Point {
  return [(row[index] ?? NaN) * aspect, row[index + 1] ?? NaN];
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

function smoothed(points: readonly Point[], before: Moment, time: number): Point[] {
  const share = 1 - Math.exp(-(time - before.time) / SMOOTHING_S);
  return points.map((point, k) => {
    const [x, y] = before.points[k] as Point;
    if (Number.isNaN(x)) return point;
    return [x + share * (point[0] - x), y + share * (point[1] - y)];
  });
}

/** The longest way that any point has come to where it is now. */
function furthest(window: readonly Moment[], now: Moment): number {
  let most = 0;
  for (const { points } of window) {
    points.forEach((point, k) => {
      const way = distance(point, now.points[k] as Point);
      if (way > most) most = way;
    });
  }
  return most;
}
