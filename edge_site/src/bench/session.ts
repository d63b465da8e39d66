/**
 * One model in one worker, run with one shape: what both workers of the benchmark do, whatever ONNX Runtime they bring.
 *
 * The shape is held, not trusted. A benchmark that lets a runtime or a tool fill a dynamic axis with 1 reports the time of
 * one frame as that of seventy. So: a model whose axes do not fit is refused, a run must give an answer of the model's
 * size, and changing the last frame must change it.
 */
import type * as Ort from "onnxruntime-web";
import { Fault } from "../errors";
import { serve } from "../workers/rpc";

export interface SessionAsk {
  /** Name for messages. */
  file: string;
  model: ArrayBuffer;
  input: string;
  output: string;
  classes: number;
  /** Frames the bundle takes at most. */
  maxFrames: number;
  threads: number;
  shape: number[];
  keypoints: Float32Array;
}

export interface SessionFacts {
  threads: number;
  version: string;
  /** Axes as the model declares them; a dynamic one by its name. */
  axes: (number | string)[];
  /** Milliseconds to make the session. */
  create: number;
}

export type SessionProtocol = {
  load: { ask: SessionAsk; reply: SessionFacts };
  /** Milliseconds of each of `runs` runs, one after the other. */
  run: { ask: { runs: number }; reply: number[] };
};

type Runtime = Pick<typeof Ort, "InferenceSession" | "Tensor" | "env">;

/** Answers `load` and `run` on the given runtime, which finds its own files at `paths`. */
export function serveSession(ort: Runtime, provider: "wasm" | "webgpu", paths: { mjs: string; wasm: string }): void {
  let once: () => Promise<Float32Array>;

  async function load(ask: SessionAsk): Promise<SessionFacts> {
    ort.env.wasm.numThreads = self.crossOriginIsolated ? ask.threads : 1;
    ort.env.wasm.wasmPaths = paths;
    const start = performance.now();
    const session = await ort.InferenceSession.create(new Uint8Array(ask.model), { executionProviders: [provider] });
    const create = performance.now() - start;
    const axes = inputAxes(session, ask);
    const runOn = async (keypoints: Float32Array) => {
      const feeds = { [ask.input]: new ort.Tensor("float32", keypoints, ask.shape) };
      const { [ask.output]: output } = await session.run(feeds);
      return output?.data as Float32Array;
    };
    await checkEveryFrameCounts(ask, runOn);
    const feeds = { [ask.input]: new ort.Tensor("float32", ask.keypoints, ask.shape) };
    once = async () => (await session.run(feeds))[ask.output]?.data as Float32Array;
    return { threads: ort.env.wasm.numThreads, version: ort.env.versions.web ?? "", axes, create };
  }

  async function run({ runs }: { runs: number }): Promise<number[]> {
    const times: number[] = [];
    for (let k = 0; k < runs; k++) {
      const start = performance.now();
      await once();
      times.push(performance.now() - start);
    }
    return times;
  }

  serve<SessionProtocol>({ load, run }, "classifier_failed");
}

/** The model's axes. Raises `shape_refused` unless the stated shape fits all of them. */
function inputAxes(session: Ort.InferenceSession, { file, input, shape, maxFrames }: SessionAsk): (number | string)[] {
  const metadata = session.inputMetadata.find(({ name }) => name === input);
  const axes = metadata?.isTensor ? [...metadata.shape] : [];
  const fits = axes.length === shape.length && axes.every((axis, k) => typeof axis === "string" || axis === shape[k]);
  const stated = { file, shape: `[${shape.join(", ")}]`, axes: `[${axes.join(", ")}]` };
  if (!fits) throw new Fault("shape_refused", stated);
  if ((shape[0] as number) > maxFrames) {
    throw new Fault("shape_refused", { ...stated, axes: `[${axes[0]} ≤ ${maxFrames}, ${axes.slice(1).join(", ")}]` });
  }
  return axes;
}

/** Raises `shape_ignored` when the answer has the wrong size or does not depend on the last frame. */
async function checkEveryFrameCounts(
  { file, classes, keypoints, shape }: SessionAsk,
  run: (keypoints: Float32Array) => Promise<Float32Array>,
): Promise<void> {
  const frame = keypoints.length / (shape[0] as number);
  const changed = keypoints.map((value, k) => (k >= keypoints.length - frame ? 1 - value : value));
  const [before, after] = [Float32Array.from(await run(keypoints)), await run(changed)];
  const same = before.every((logit, k) => logit === after[k]);
  if (before.length !== classes || same) throw new Fault("shape_ignored", { file, shape: `[${shape.join(", ")}]` });
}
