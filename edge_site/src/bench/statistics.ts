/** What the benchmark's table says about raw times. */

export interface Statistics {
  n: number;
  mean: number;
  /** Sample standard deviation (n - 1); null for a single run. */
  sd: number | null;
  min: number;
  median: number;
  /** Only from 64 runs. */
  p90: number | null;
  /** Only from 662 runs. */
  p99: number | null;
  max: number;
}

/** Fewer samples bound a percentile too loosely to be worth a number (DESIGN: "honest statistics"). */
const ENOUGH = { p90: 64, p99: 662 };

/** @param times milliseconds, at least one */
export function describe(times: readonly number[]): Statistics {
  const sorted = [...times].sort((a, b) => a - b);
  const n = sorted.length;
  const mean = sorted.reduce((sum, time) => sum + time, 0) / n;
  const squares = sorted.reduce((sum, time) => sum + (time - mean) ** 2, 0);
  return {
    n,
    mean,
    sd: n > 1 ? Math.sqrt(squares / (n - 1)) : null,
    min: sorted[0] as number,
    median: quantile(sorted, 0.5),
    p90: n >= ENOUGH.p90 ? quantile(sorted, 0.9) : null,
    p99: n >= ENOUGH.p99 ? quantile(sorted, 0.99) : null,
    max: sorted.at(-1) as number,
  };
}

/** Linear between neighbours (Hyndman & Fan 1996, type 7; numpy's default). */
export function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (place - below);
}
