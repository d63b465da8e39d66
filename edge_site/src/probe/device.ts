/** What this device can do, as measured: which delegate is faster, and how many frames a second its landmarkers manage. */

export type Delegate = "CPU" | "GPU";

export interface Device {
  delegate: Delegate;
  /** Milliseconds of the landmarkers for a frame, median. */
  ms: number;
  /** Frames a second that the landmarkers can be given. */
  fps: number;
}

/**
 * Frame rates to choose from; the first is the default. On real clips neither lost anything against 15 or 30 a second, and
 * landmarks are nearly all of the time (docs/edge.md, "This device").
 */
export const RATES = [10, 8] as const;

/** Share of the time that the landmarkers may take: the rest is for decoding, drawing and whatever else runs. */
const BUSY = 0.9;

/** A GPU must win clearly: a near tie on ten frames is chance, and the CPU gives the same keypoints everywhere. */
const CLEARLY = 1.3;

/** The highest rate that a device with `ms` a frame keeps up with; the lowest where it keeps up with none. */
export function fittingRate(ms: number): number {
  return RATES.find((rate) => ms * rate <= BUSY * 1000) ?? (RATES.at(-1) as number);
}

/** @param cpu, gpu milliseconds of single frames; gpu null: none was tried */
export function chooseDevice(cpu: readonly number[], gpu: readonly number[] | null): Device {
  const slow = median(cpu);
  const fast = gpu === null ? Infinity : median(gpu);
  const [delegate, ms] = fast * CLEARLY < slow ? (["GPU", fast] as const) : (["CPU", slow] as const);
  return { delegate, ms, fps: fittingRate(ms) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
