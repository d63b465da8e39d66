/**
 * MediaPipe Tasks inside a module worker: one task a worker, running in VIDEO mode.
 *
 * In VIDEO mode a landmarker tracks: it looks near where it last found a body or a hand, and smooths over time. So it must
 * forget one clip before the next: setting its options again makes it build its graph anew (`TaskRunner.setOptions`).
 */
import type { HandLandmarker, PoseLandmarker } from "@mediapipe/tasks-vision";
import loaderUrl from "@mediapipe/tasks-vision/vision_wasm_module_internal.js?url";
import type { Delegate } from "../probe/device";

export interface LoadAsk {
  /** MediaPipe's WebAssembly, compiled once for all its workers. */
  wasm: WebAssembly.Module;
  /** Address of the `.task` file, and whether the browser's copy of it will do. */
  task: string;
  cache: RequestCache;
  delegate: Delegate;
}

export interface FetchAsk {
  /** Address of the `.task` file that the first `load` will name. */
  task: string;
}

export interface DetectAsk {
  frame: VideoFrame;
  /** Milliseconds since the clip's first frame. */
  timestamp: number;
}

interface WasmFileset {
  wasmLoaderPath: string;
  wasmBinaryPath: string;
}

type Options = {
  baseOptions: { modelAssetBuffer: Uint8Array; delegate: Delegate };
  runningMode: "VIDEO";
  canvas: OffscreenCanvas;
};

type Task = PoseLandmarker | HandLandmarker;

let fetched: { task: string; bytes: Promise<Uint8Array> } | null = null;

/** Begins to fetch what `load` will need: that arrives while the page still compiles the WebAssembly. */
export function fetchEarly({ task }: FetchAsk): undefined {
  const bytes = fetchTask(task, "default");
  // Whoever loads hears of it.
  bytes.catch(() => undefined);
  fetched = { task, bytes };
}

async function fetchTask(task: string, cache: RequestCache): Promise<Uint8Array> {
  const response = await fetch(task, { cache });
  if (!response.ok) throw new Error(`${task}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

export class Landmarker<T extends Task> {
  readonly #task: T;
  // Not 0: MediaPipe's one-euro filter takes a timestamp of 0 for "none yet", and the first clip would differ.
  #offset = 1;
  #last = 0;

  private constructor(task: T) {
    this.#task = task;
  }

  static async load<T extends Task>(
    { wasm, task, cache, delegate }: LoadAsk,
    create: (fileset: WasmFileset, options: Options) => Promise<T>,
  ): Promise<Landmarker<T>> {
    const early = cache === "default" && fetched?.task === task ? fetched.bytes : null;
    fetched = null;
    const modelAssetBuffer = await (early ?? fetchTask(task, cache));
    instantiateFrom(wasm);
    const options: Options = {
      baseOptions: { modelAssetBuffer, delegate },
      runningMode: "VIDEO",
      canvas: canvas(),
    };
    const fileset = { wasmLoaderPath: new URL(loaderUrl, import.meta.url).href, wasmBinaryPath: "" };
    return new Landmarker(await create(fileset, options));
  }

  /** Runs `detect` on one frame, closes the frame, and says how long it took in milliseconds. */
  run<R>({ frame, timestamp }: DetectAsk, detect: (task: T, frame: VideoFrame, timestamp: number) => R): [R, number] {
    const start = performance.now();
    // Whole milliseconds: the smoothing then sees the same intervals wherever in the task's life the clip begins.
    this.#last = Math.max(this.#last + 1, this.#offset + Math.round(timestamp));
    try {
      return [detect(this.#task, frame, this.#last), performance.now() - start];
    } finally {
      frame.close();
    }
  }

  /** Forgets everything seen so far, but for the clock: the task wants rising timestamps all its life. */
  async reset(): Promise<void> {
    this.#offset = this.#last + 1;
    await this.#task.setOptions({});
  }
}

/**
 * Frames go through WebGL even on the CPU. A context that the system takes away does not come back to MediaPipe, which would
 * go on and find nobody: the worker ends instead, and the page starts another (`Landmarkers.revive`).
 */
function canvas(): OffscreenCanvas {
  const surface = new OffscreenCanvas(1, 1);
  surface.addEventListener("webglcontextlost", () => self.close());
  return surface;
}

/** MediaPipe's loader takes its Module object from `self.Module` and lets that bring the WebAssembly itself. */
function instantiateFrom(wasm: WebAssembly.Module): void {
  const instantiateWasm = (
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ) => {
    // At once rather than by promise: what it throws then fails the loading instead of leaving it to wait for ever.
    const instance = new WebAssembly.Instance(wasm, imports);
    done(instance, wasm);
    return instance.exports;
  };
  Object.assign(self, { Module: { instantiateWasm } });
}

/** MediaPipe's landmark objects -> x, y of each, image-normalised. */
export function flatten(landmarks: readonly { x: number; y: number }[]): Float32Array {
  return Float32Array.from(landmarks.flatMap(({ x, y }) => [x, y]));
}
