/** The edge's way: keypoints -> the classifier worker -> the likeliest labels. */
import runtimeUrl from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import type { Model } from "../bundle";
import type { Guess } from "../cloud/client";
import type { Asset } from "../workers/assets";
import type { ClassifierProtocol, Logits } from "../workers/classifier";
import { WorkerClient } from "../workers/rpc";
import { likeliest } from "./likeliest";

export interface EdgeAnswer {
  top: Guess[];
  logits: number[];
  sha256: string;
  /** Milliseconds: keypoints in the page -> answer in the page, and session.run inside the worker. */
  ms: { classify: number; inference: number };
}

export class Classifier {
  #worker = start();
  readonly #model: Model;
  readonly #threads: number;
  /** Of the session. */
  threads = 1;
  version = "";

  private constructor(model: Model, threads: number) {
    this.#model = model;
    this.#threads = threads;
  }

  /** Makes the session in its worker; once more with a runtime fetched anew, as the copy may be damaged. Raises `classifier_failed`. */
  static async load(model: Model, threads: number): Promise<Classifier> {
    const classifier = new Classifier(model, threads);
    try {
      await classifier.#load();
    } catch (error) {
      if (!(await fetchedAnew(runtimeUrl))) throw error;
      classifier.#worker.terminate();
      classifier.#worker = start();
      await classifier.#load();
    }
    return classifier;
  }

  async #load(): Promise<void> {
    const { bytes, manifest } = this.#model;
    const { input, output, keypoints } = manifest;
    // A copy moves: a worker that dies takes it along, and the next one needs the bytes too.
    const model = bytes.slice();
    const names = { input: input.name, output: output.name, points: keypoints.length };
    const { threads, version } = await this.#worker.ask("load", { model, ...names, threads: this.#threads }, [model]);
    this.threads = threads;
    this.version = version;
  }

  /** @param keypoints float32 [frames, points, 2], NaN = missing; left untouched. Raises `classifier_failed`. */
  async classify(keypoints: Float32Array): Promise<EdgeAnswer> {
    const begun = performance.now();
    const { logits, inference } = await this.#run(keypoints);
    const top = likeliest(logits, this.#model.manifest.labels);
    const classify = performance.now() - begun;
    return { top, logits: [...logits], sha256: this.#model.sha256, ms: { classify, inference } };
  }

  /** Once more in a new worker where the old one died on it. */
  async #run(keypoints: Float32Array): Promise<Logits> {
    const run = () => {
      const moved = keypoints.slice();
      return this.#worker.ask("classify", { keypoints: moved }, [moved.buffer]);
    };
    try {
      return await run();
    } catch (error) {
      if (!this.#worker.dead) throw error;
      this.#worker = start();
      await this.#load();
      return run();
    }
  }

  /** Milliseconds of `runs` runs in a bare loop over the same session, inside the worker. */
  bare(keypoints: Float32Array, runs: number): Promise<number[]> {
    return this.#worker.ask("bare", { keypoints, runs });
  }

  assets(): Promise<Asset[]> {
    return this.#worker.ask("assets", {});
  }
}

async function fetchedAnew(url: string): Promise<boolean> {
  try {
    const response = await fetch(new URL(url, import.meta.url), { cache: "reload" });
    return response.ok && (await response.arrayBuffer()).byteLength > 0;
  } catch {
    return false;
  }
}

function start(): WorkerClient<ClassifierProtocol> {
  const worker = new Worker(new URL("../workers/classifier.ts", import.meta.url), {
    type: "module",
    name: "classifier",
  });
  return new WorkerClient(worker, "classifier_failed");
}
