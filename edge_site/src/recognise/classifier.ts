/** The edge's way: keypoints -> the classifier worker -> the likeliest labels. */
import type { Model } from "../bundle";
import type { Guess } from "../cloud/client";
import type { Asset } from "../workers/assets";
import type { ClassifierProtocol } from "../workers/classifier";
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
  readonly #worker: WorkerClient<ClassifierProtocol>;
  readonly #model: Omit<Model, "bytes">;
  readonly threads: number;
  readonly version: string;

  private constructor(
    worker: WorkerClient<ClassifierProtocol>,
    model: Omit<Model, "bytes">,
    { threads, version }: ClassifierProtocol["load"]["reply"],
  ) {
    this.#worker = worker;
    this.#model = model;
    this.threads = threads;
    this.version = version;
  }

  /** Makes the session in its worker; the model's bytes move there. Raises `classifier_failed`. */
  static async load({ bytes, ...model }: Model, threads: number): Promise<Classifier> {
    const worker = new WorkerClient<ClassifierProtocol>(
      new Worker(new URL("../workers/classifier.ts", import.meta.url), { type: "module", name: "classifier" }),
      "classifier_failed",
    );
    const { input, output, keypoints } = model.manifest;
    const ask = { model: bytes, input: input.name, output: output.name, points: keypoints.length, threads };
    return new Classifier(worker, model, await worker.ask("load", ask, [bytes]));
  }

  /** @param keypoints float32 [frames, points, 2], NaN = missing; left untouched */
  async classify(keypoints: Float32Array): Promise<EdgeAnswer> {
    const start = performance.now();
    const moved = keypoints.slice();
    const { logits, inference } = await this.#worker.ask("classify", { keypoints: moved }, [moved.buffer]);
    const top = likeliest(logits, this.#model.manifest.labels);
    const classify = performance.now() - start;
    return { top, logits: [...logits], sha256: this.#model.sha256, ms: { classify, inference } };
  }

  /** Milliseconds of `runs` runs in a bare loop over the same session, inside the worker. */
  bare(keypoints: Float32Array, runs: number): Promise<number[]> {
    return this.#worker.ask("bare", { keypoints, runs });
  }

  assets(): Promise<Asset[]> {
    return this.#worker.ask("assets", {});
  }
}
