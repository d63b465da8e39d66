/** What is measured: a model file on a backend, its session in a worker of its own. */
import { loadModelFile, type BundleSource, type Manifest } from "../bundle";
import { WorkerClient } from "../workers/rpc";
import { exampleInput, type Plan } from "./plan";
import type { SessionFacts, SessionProtocol } from "./session";

export type Backend = { provider: "wasm"; threads: number } | { provider: "webgpu"; threads: 1 };

export class Subject {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly backend: Backend;
  readonly facts: SessionFacts;
  readonly warmup: number[] = [];
  readonly times: number[] = [];
  readonly #worker: WorkerClient<SessionProtocol>;

  private constructor(
    model: { file: string; sha256: string; bytes: number },
    backend: Backend,
    facts: SessionFacts,
    worker: WorkerClient<SessionProtocol>,
  ) {
    this.file = model.file;
    this.sha256 = model.sha256;
    this.bytes = model.bytes;
    this.backend = backend;
    this.facts = facts;
    this.#worker = worker;
  }

  /** Raises `bundle_corrupt`, `classifier_failed`, `shape_refused`, `shape_ignored`. */
  static async load(
    source: BundleSource,
    manifest: Manifest,
    file: string,
    backend: Backend,
    { shape }: Plan,
  ): Promise<Subject> {
    const { bytes: model, sha256 } = await loadModelFile(source, manifest, file);
    const bytes = model.byteLength;
    const worker = new WorkerClient<SessionProtocol>(start(backend), "classifier_failed");
    const ask = {
      file,
      model,
      input: manifest.input.name,
      output: manifest.output.name,
      classes: manifest.labels.length,
      maxFrames: manifest.input.max_frames,
      threads: backend.threads,
      shape,
      keypoints: exampleInput(shape),
    };
    try {
      return new Subject({ file, sha256, bytes }, backend, await worker.ask("load", ask, [model]), worker);
    } catch (error) {
      worker.terminate();
      throw error;
    }
  }

  async warmUp(runs: number): Promise<void> {
    this.warmup.push(...(await this.#worker.ask("run", { runs })));
  }

  async measure(runs: number): Promise<void> {
    this.times.push(...(await this.#worker.ask("run", { runs })));
  }

  close(): void {
    this.#worker.terminate();
  }
}

function start({ provider }: Backend): Worker {
  if (provider === "webgpu") {
    return new Worker(new URL("./webgpu_worker.ts", import.meta.url), { type: "module", name: "webgpu" });
  }
  return new Worker(new URL("./wasm_worker.ts", import.meta.url), { type: "module", name: "wasm" });
}
