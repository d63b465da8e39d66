/** What the benchmark runs: the thesis's own by default, stated on the page and in every download. */

export interface Plan {
  /** Of the input, every axis a number: nothing is left for the runtime to choose. */
  shape: number[];
  /** Runs before the clock counts. */
  warmup: number;
  runs: number;
}

export const THESIS: Plan = { shape: [70, 54, 2], warmup: 50, runs: 1000 };

/** Larger plans would run for hours, or exhaust the page's memory. */
const MOST = { elements: 4e6, warmup: 10_000, runs: 100_000 };

/** Reads what a person typed; null where it is not a plan. */
export function readPlan(shape: string, warmup: string, runs: string): Plan | null {
  const axes = shape.split(/[\s,;x×[\]]+/).filter((text) => text !== "");
  const plan = { shape: axes.map(count), warmup: count(warmup), runs: count(runs) };
  return isPlan(plan) ? plan : null;
}

export function isPlan({ shape, warmup, runs }: Plan): boolean {
  const whole = (value: number, low: number, high: number) => Number.isInteger(value) && value >= low && value <= high;
  const elements = shape.reduce((product, axis) => product * axis, 1);
  return (
    shape.length > 0 &&
    shape.every((axis) => whole(axis, 1, MOST.elements)) &&
    elements <= MOST.elements &&
    whole(warmup, 0, MOST.warmup) &&
    whole(runs, 1, MOST.runs)
  );
}

function count(text: string): number {
  return /^\d+$/.test(text.trim()) ? Number(text) : NaN;
}

/** The same numbers in every run and on every machine, within the range of keypoints. */
export function exampleInput(shape: readonly number[]): Float32Array {
  const length = shape.reduce((product, axis) => product * axis, 1);
  return Float32Array.from({ length }, (_, k) => ((k * 37) % 101) / 101);
}
