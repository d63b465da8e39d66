/** Classifier worker: keypoints -> logits, on one ONNX Runtime session made once, warmed and kept. */
import * as ort from "onnxruntime-web/wasm";
import loaderUrl from "onnxruntime-web/ort-wasm-simd-threaded.mjs?url";
import wasmUrl from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import { assets, type AssetsProtocol } from "./assets";
import { Moved, serve } from "./rpc";

export interface Logits {
  /** float32 [classes] */
  logits: Float32Array;
  /** Milliseconds of session.run. */
  inference: number;
}

export type ClassifierProtocol = AssetsProtocol & {
  load: {
    ask: { model: ArrayBuffer; input: string; output: string; points: number; threads: number };
    reply: { threads: number; version: string };
  };
  /** `keypoints`: float32 [frames, points, 2]. */
  classify: { ask: { keypoints: Float32Array }; reply: Logits };
  /** The bare loop: the session and a tensor, nothing else. Milliseconds of each run. */
  bare: { ask: { keypoints: Float32Array; runs: number }; reply: number[] };
};

/** Frames of the run that warms the session: of the size of a short sign, so that its buffers are already there. */
const WARM_UP_FRAMES = 70;

let session: ort.InferenceSession;
let names: { input: string; output: string };
let points: number;

async function load(ask: ClassifierProtocol["load"]["ask"]): Promise<ClassifierProtocol["load"]["reply"]> {
  ort.env.wasm.numThreads = self.crossOriginIsolated ? ask.threads : 1;
  ort.env.wasm.wasmPaths = { mjs: absolute(loaderUrl), wasm: absolute(wasmUrl) };
  session = await ort.InferenceSession.create(new Uint8Array(ask.model), { executionProviders: ["wasm"] });
  names = { input: ask.input, output: ask.output };
  points = ask.points;
  await run(tensor(new Float32Array(WARM_UP_FRAMES * points * 2)));
  return { threads: ort.env.wasm.numThreads, version: ort.env.versions.web ?? "" };
}

function absolute(url: string): string {
  return new URL(url, import.meta.url).href;
}

function tensor(keypoints: Float32Array): ort.Tensor {
  return new ort.Tensor("float32", keypoints, [keypoints.length / (points * 2), points, 2]);
}

async function run(input: ort.Tensor): Promise<Float32Array> {
  const outputs = await session.run({ [names.input]: input });
  return (outputs[names.output] as ort.Tensor).data as Float32Array;
}

async function classify({ keypoints }: { keypoints: Float32Array }): Promise<Moved<Logits>> {
  const input = tensor(keypoints);
  const start = performance.now();
  const logits = await run(input);
  const inference = performance.now() - start;
  return new Moved({ logits, inference }, [logits.buffer]);
}

async function bare({ keypoints, runs }: { keypoints: Float32Array; runs: number }): Promise<number[]> {
  const input = tensor(keypoints);
  const times: number[] = [];
  for (let k = 0; k < runs; k++) {
    const start = performance.now();
    await run(input);
    times.push(performance.now() - start);
  }
  return times;
}

serve<ClassifierProtocol>({ assets, load, classify, bare }, "classifier_failed");
