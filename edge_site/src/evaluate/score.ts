/** Top-1 and Top-5 of an evaluation, with Wilson intervals; what cannot be scored is counted apart. */
import { normalise, type Row } from "./clip";

export interface Share {
  hits: number;
  n: number;
  share: number;
  /** Wilson score interval, 95 %. */
  interval95: [low: number, high: number];
}

export interface Summary {
  clips: number;
  done: number;
  failed: number;
  /** Answered, but nobody said what is signed. */
  unlabelled: number;
  /** Answered, but the model has no such sign. */
  unknown: number;
  /** Over answered clips whose label the model knows; null where there is none. */
  top1: Share | null;
  top5: Share | null;
}

export function summarise(rows: readonly Row[], labels: readonly string[]): Summary {
  const known = new Set(labels.map(normalise));
  const answered = rows.filter(({ outcome }) => outcome?.kind === "answer");
  const named = answered.filter(({ truth }) => truth !== null);
  const scored = named.filter(({ truth }) => known.has(normalise(truth as string)));
  const places = scored.map(place);
  const share = (most: number) =>
    wilson(places.filter((found) => found !== null && found <= most).length, scored.length);
  return {
    clips: rows.length,
    done: rows.filter(({ outcome }) => outcome !== null).length,
    failed: rows.filter(({ outcome }) => outcome?.kind === "failure").length,
    unlabelled: answered.length - named.length,
    unknown: named.length - scored.length,
    top1: share(1),
    top5: share(5),
  };
}

/** Place of the truth among the likeliest signs, from 1; null where it is not among them. */
export function place({ truth, outcome }: Row): number | null {
  if (truth === null || outcome?.kind !== "answer") return null;
  const k = outcome.top.findIndex(({ label }) => normalise(label) === normalise(truth));
  return k < 0 ? null : k + 1;
}

/** The 0.975 quantile of the normal distribution. */
const Z = 1.959963984540054;

/** Share with its 95 % score interval (Wilson 1927); null when n is 0. */
export function wilson(hits: number, n: number): Share | null {
  if (n === 0) return null;
  const share = hits / n;
  const scale = 1 + Z ** 2 / n;
  const middle = (share + Z ** 2 / (2 * n)) / scale;
  const half = (Z * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n ** 2))) / scale;
  return { hits, n, share, interval95: [Math.max(0, middle - half), Math.min(1, middle + half)] };
}
