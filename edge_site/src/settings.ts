/** The page parameters: what a measurement must not leave to chance (docs/contracts.md, "Site"). */

import { type Delegate, type Device, RATES } from "./probe/device";

export type Path = "edge" | "cloud" | "both";
export type Wire = "npy" | "json";
export type Language = "en" | "es";

export interface Settings {
  /** Frames a second taken from a clip. */
  fps: number;
  /** Of the landmarkers. */
  delegate: Delegate;
  /** Whether something of the device was pinned, so that nothing may be measured beside a measurement. */
  pinned: boolean;
  /** Threads of the classifier; more than 1 only where the page is cross-origin isolated. */
  threads: number;
  /** File of the bundle; null means the manifest's `default_file`. */
  model: string | null;
  /** Seconds from the wish to record to the recording. */
  countdown: number;
  wire: Wire;
  path: Path;
  language: Language;
}

/**
 * One thread by default: the classifier's run is short beside the cost of waking a second thread,
 * and hosts without isolation headers, and iOS, must give the same answer.
 */
const DEFAULTS = { fps: RATES[0], threads: 1, countdown: 3, wire: "npy", path: "edge" } as const;

/**
 * Reads `?fps=10&delegate=cpu&threads=1&model=model.onnx&countdown=3&wire=npy&path=both&lang=en`; anything unusable falls back
 * to the default, which for `fps` and `delegate` is what was measured here earlier.
 */
export function readSettings(query: string, languages: readonly string[], device: Device | null = null): Settings {
  const given = new URLSearchParams(query);
  return {
    fps: number(given.get("fps"), 1, 120) ?? device?.fps ?? DEFAULTS.fps,
    delegate: DELEGATES[given.get("delegate") ?? ""] ?? device?.delegate ?? "CPU",
    pinned: ["fps", "delegate", "threads"].some((name) => given.has(name)),
    threads: Math.trunc(number(given.get("threads"), 1, 16) ?? DEFAULTS.threads),
    model: given.get("model"),
    countdown: Math.trunc(number(given.get("countdown"), 0, 10) ?? DEFAULTS.countdown),
    wire: oneOf(given.get("wire"), ["npy", "json"]) ?? DEFAULTS.wire,
    path: oneOf(given.get("path"), ["edge", "cloud", "both"]) ?? DEFAULTS.path,
    language: oneOf(given.get("lang"), ["en", "es"]) ?? preferred(languages),
  };
}

const DELEGATES: Record<string, Delegate> = { cpu: "CPU", gpu: "GPU" };

function number(text: string | null, low: number, high: number): number | undefined {
  const value = Number(text ?? NaN);
  return value >= low && value <= high ? value : undefined;
}

function oneOf<T extends string>(text: string | null, allowed: readonly T[]): T | undefined {
  return allowed.find((value) => value === text);
}

function preferred(languages: readonly string[]): Language {
  for (const language of languages) {
    if (language.startsWith("es")) return "es";
    if (language.startsWith("en")) return "en";
  }
  return "en";
}
