/** Whose left and right: gives each detected hand to one of the person's own sides. */

export interface Hand {
  /** x, y of 21 landmarks, image-normalised. */
  landmarks: Float32Array;
  /** The landmarker's own opinion, on an unmirrored picture: "Left" is the person's left (docs/edge.md, "Hands"). */
  handedness: "Left" | "Right";
  score: number;
}

export interface Sides {
  left: Hand | null;
  right: Hand | null;
}

/** Pose landmark numbers (MediaPipe). */
const SHOULDERS = [11, 12] as const;
const WRISTS = { left: 15, right: 16 } as const;

/** What a contradicting handedness costs, in shoulder widths: it settles near ties and never outweighs a clear distance. */
const HANDEDNESS_COST = 0.25;

/** Two detections whose points lie closer than this share of the palm are the same hand. */
const SAME_HAND = 0.3;

type Distance = (ax: number, ay: number, bx: number, by: number) => number;

/**
 * Assigns hands to sides so that the sum of wrist distances is least, handedness breaking near ties; without a pose
 * handedness decides alone. A hand seen twice counts once, and no side gets two.
 *
 * @param pose x, y of 33 landmarks, or null
 * @param aspect image width / height, so that distances are round
 */
export function assignHands(hands: readonly Hand[], pose: Float32Array | null, aspect: number): Sides {
  const distance: Distance = (ax, ay, bx, by) => Math.hypot((ax - bx) * aspect, ay - by);
  const distinct = withoutDoubles(hands, distance);
  const [first, second] = distinct;
  if (!first) return { left: null, right: null };
  const cost = (hand: Hand, side: "left" | "right") =>
    (pose ? wristDistance(hand, side, pose, distance) : 0) + (ownSide(hand) === side ? 0 : HANDEDNESS_COST);
  if (!second) {
    return cost(first, "left") <= cost(first, "right") ? { left: first, right: null } : { left: null, right: first };
  }
  const straight = cost(first, "left") + cost(second, "right");
  const crossed = cost(first, "right") + cost(second, "left");
  return straight <= crossed ? { left: first, right: second } : { left: second, right: first };
}

/** Distance of the hand's wrist from the pose's wrist of that side, in shoulder widths. */
function wristDistance(hand: Hand, side: "left" | "right", pose: Float32Array, distance: Distance): number {
  const between = (x: number, y: number, n: number) => distance(x, y, at(pose, 2 * n), at(pose, 2 * n + 1));
  const [a, b] = SHOULDERS;
  const shoulders = Math.max(between(at(pose, 2 * a), at(pose, 2 * a + 1), b), 1e-3);
  return between(at(hand.landmarks, 0), at(hand.landmarks, 1), WRISTS[side]) / shoulders;
}

/** At most two hands, the likeliest first, none of them twice. */
function withoutDoubles(hands: readonly Hand[], distance: Distance): Hand[] {
  const kept: Hand[] = [];
  for (const hand of [...hands].sort((a, b) => b.score - a.score)) {
    if (!kept.some((other) => isSame(hand, other, distance))) kept.push(hand);
  }
  return kept.slice(0, 2);
}

/** Point-by-point closeness: two hands that touch are mirror images, so their points do not pair up; a double's do. */
function isSame(a: Hand, b: Hand, distance: Distance): boolean {
  const middleKnuckle = 9;
  const [p, q] = [a.landmarks, b.landmarks];
  const palm = distance(at(p, 0), at(p, 1), at(p, 2 * middleKnuckle), at(p, 2 * middleKnuckle + 1));
  let sum = 0;
  for (let i = 0; i < p.length; i += 2) sum += distance(at(p, i), at(p, i + 1), at(q, i), at(q, i + 1));
  return sum / (p.length / 2) < SAME_HAND * palm;
}

function ownSide(hand: Hand): "left" | "right" {
  return hand.handedness === "Left" ? "left" : "right";
}

function at(points: Float32Array, index: number): number {
  return points[index] as number;
}
