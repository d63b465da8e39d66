/** Draws one frame's keypoints over its picture. */
import type { KeypointSource } from "../bundle";

const BODY = [
  ["left_shoulder", "right_shoulder"],
  ["left_shoulder", "left_elbow"],
  ["left_elbow", "left_wrist"],
  ["right_shoulder", "right_elbow"],
  ["right_elbow", "right_wrist"],
  ["nose", "neck"],
] as const;

/** Bones of a hand between its 21 landmarks: wrist to each finger's chain (MediaPipe's HAND_CONNECTIONS). */
const HAND = [
  [0, 1],
  [1, 2],
  [2, 3],
  [3, 4],
  [0, 5],
  [5, 6],
  [6, 7],
  [7, 8],
  [5, 9],
  [9, 10],
  [10, 11],
  [11, 12],
  [9, 13],
  [13, 14],
  [14, 15],
  [15, 16],
  [13, 17],
  [0, 17],
  [17, 18],
  [18, 19],
  [19, 20],
] as const;

type Bone = [from: number, to: number, color: string];

export class Skeleton {
  readonly #bones: Bone[];

  constructor(sources: readonly KeypointSource[]) {
    const place = new Map(sources.map((source, k) => [source.name, k]));
    const bone = (from: string, to: string, color: string): Bone[] => {
      const [a, b] = [place.get(from), place.get(to)];
      return a === undefined || b === undefined ? [] : [[a, b, color]];
    };
    this.#bones = [
      ...BODY.flatMap(([from, to]) => bone(from, to, "#e9e4d6cc")),
      ...HAND.flatMap(([from, to]) => bone(`left_hand_${from}`, `left_hand_${to}`, "#f2a26d")),
      ...HAND.flatMap(([from, to]) => bone(`right_hand_${from}`, `right_hand_${to}`, "#5fd3c2")),
    ];
  }

  /** @param keypoints float32 [points, 2], image-normalised; bones with a missing end are left out */
  draw(context: CanvasRenderingContext2D, keypoints: Float32Array): void {
    const { width, height } = context.canvas;
    context.lineWidth = Math.max(2, width / 260);
    context.lineCap = "round";
    for (const [from, to, color] of this.#bones) {
      const [ax, ay, bx, by] = [2 * from, 2 * from + 1, 2 * to, 2 * to + 1].map((k) => keypoints[k] as number) as [
        number,
        number,
        number,
        number,
      ];
      if (Number.isNaN(ax + bx)) continue;
      context.strokeStyle = color;
      context.beginPath();
      context.moveTo(ax * width, ay * height);
      context.lineTo(bx * width, by * height);
      context.stroke();
    }
  }
}
