/** The benchmark: every model file on every backend, in alternating blocks so that whatever else the machine does meets all. */
import type { BundleSource, Manifest } from "../bundle";
import { type ErrorCode, Fault } from "../errors";
import type { Plan } from "./plan";
import { type Backend, Subject } from "./subject";

export interface Result {
  file: string;
  backend: Backend;
  /** null where it could not be measured; then `fault` says why. */
  measured: {
    sha256: string;
    bytes: number;
    version: string;
    axes: (number | string)[];
    /** Milliseconds: making the session, each warm-up run, each run. */
    create: number;
    warmup: number[];
    times: number[];
  } | null;
  fault: { code: ErrorCode; values: Record<string, string> } | null;
}

const BLOCK = 25;
const LONGEST_DETAIL = 120;

/** `onProgress`: share of all runs that are done, 0 to 1. Raises AbortError; a subject that fails, fails alone. */
export async function runBenchmark(
  source: BundleSource,
  manifest: Manifest,
  files: readonly string[],
  backends: readonly Backend[],
  plan: Plan,
  signal: AbortSignal,
  onProgress: (share: number) => void,
): Promise<Result[]> {
  const results: Result[] = [];
  const subjects = new Map<Result, Subject>();
  try {
    for (const file of files) {
      for (const backend of backends) {
        signal.throwIfAborted();
        const result: Result = { file, backend, measured: null, fault: null };
        results.push(result);
        await alone(result, async () => {
          const subject = await Subject.load(source, manifest, file, backend, plan);
          subjects.set(result, subject);
          await subject.warmUp(plan.warmup);
        });
      }
    }
    for (let done = 0; done < plan.runs; done += BLOCK) {
      for (const [result, subject] of subjects) {
        signal.throwIfAborted();
        if (!result.fault) await alone(result, () => subject.measure(Math.min(BLOCK, plan.runs - done)));
      }
      onProgress(Math.min(1, (done + BLOCK) / plan.runs));
    }
    for (const [result, { facts, times, warmup, sha256, bytes }] of subjects) {
      if (!result.fault) result.measured = { sha256, bytes, ...omitThreads(facts), warmup, times };
    }
    return results;
  } finally {
    for (const subject of subjects.values()) subject.close();
  }
}

function omitThreads({ version, axes, create }: Subject["facts"]) {
  return { version, axes, create };
}

async function alone(result: Result, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    result.fault = { code: error.code, values: shortened(error.values) };
  }
}

/** ONNX Runtime's messages can fill a screen: their first line says enough. */
function shortened(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, text]) => {
      const line = text.split("\n", 1)[0] as string;
      return [name, line.length > LONGEST_DETAIL ? `${line.slice(0, LONGEST_DETAIL)}…` : line];
    }),
  );
}

/** WASM with one thread, with more where the page is isolated and the machine has them, and WebGPU where there is one. */
export async function backendsHere(): Promise<{ backends: Backend[]; gpu: string | null }> {
  const backends: Backend[] = [{ provider: "wasm", threads: 1 }];
  const cores = Math.min(4, navigator.hardwareConcurrency);
  if (crossOriginIsolated && cores > 1) backends.push({ provider: "wasm", threads: cores });
  const gpu = await adapterName();
  if (gpu !== null) backends.push({ provider: "webgpu", threads: 1 });
  return { backends, gpu };
}

interface Gpu {
  requestAdapter(): Promise<{ info: { vendor: string; architecture: string; description: string } } | null>;
}

async function adapterName(): Promise<string | null> {
  const gpu = (navigator as { gpu?: Gpu }).gpu;
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter) return null;
  const { vendor, architecture, description } = adapter.info;
  return [vendor, architecture, description].filter(Boolean).join(" ") || "WebGPU";
}
