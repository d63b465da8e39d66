/** Everything that recognises, made once and kept: the model, the landmarkers, the frame decoder, the classifier, the cloud client. */
import { loadModel, type Model } from "../bundle";
import { type CloudAnswer, predict } from "../cloud/client";
import type { Config } from "../config";
import { Fault } from "../errors";
import { chosenBundle } from "../library/bundles";
import type { Delegate } from "../probe/device";
import type { Settings, Wire } from "../settings";
import type { Asset } from "../workers/assets";
import type { FramesProtocol } from "../workers/frames";
import { WorkerClient } from "../workers/rpc";
import { Classifier, type EdgeAnswer } from "./classifier";
import { extract, type Extracted, type Watcher } from "./extract";
import { Landmarkers, type Seen } from "./landmarkers";

export class Recogniser {
  #frames: WorkerClient<FramesProtocol>;
  readonly #landmarkers: Landmarkers;
  readonly #classifier: Classifier;
  readonly #config: Config;
  readonly settings: Settings;
  /** Frames a second that the landmarkers see; for the next clip. */
  fps: number;
  readonly model: Omit<Model, "bytes">;
  /** Milliseconds from the start of loading until that part was ready; both load at the same time. */
  readonly ms: { landmarkers: number; classifier: number };
  /** One clip at a time: the landmarkers follow a single person through a single clip. */
  #busy: Promise<unknown> = Promise.resolve();
  /** Whether workers have died and been replaced since the camera was turned on. */
  #revived = false;

  private constructor(
    parts: {
      model: Omit<Model, "bytes">;
      frames: WorkerClient<FramesProtocol>;
      landmarkers: Landmarkers;
      classifier: Classifier;
    },
    ms: { landmarkers: number; classifier: number },
    config: Config,
    settings: Settings,
  ) {
    this.model = parts.model;
    this.#frames = parts.frames;
    this.#landmarkers = parts.landmarkers;
    this.#classifier = parts.classifier;
    this.ms = ms;
    this.#config = config;
    this.settings = settings;
    this.fps = settings.fps;
  }

  /** Raises `bundle_corrupt`, `landmarker_failed`, `classifier_failed`. */
  static async load(config: Config, settings: Settings): Promise<Recogniser> {
    const start = performance.now();
    const timed = async <T>(promise: Promise<T>) => ({ part: await promise, ms: performance.now() - start });
    const frames = startFrames();
    const model = chosenBundle(config).then(({ source }) => loadModel(source, settings.model));
    const keypoints = model.then(({ manifest }) => manifest.keypoints);
    const [landmarkers, classifier, { manifest, file, sha256 }] = await Promise.all([
      timed(Landmarkers.load(keypoints, settings.delegate)),
      timed(model.then((loaded) => Classifier.load(loaded, settings.threads))),
      model,
      // Any answer says that its script has arrived.
      frames.ask("assets", {}),
    ]);
    return new Recogniser(
      { model: { manifest, file, sha256 }, frames, landmarkers: landmarkers.part, classifier: classifier.part },
      { landmarkers: landmarkers.ms, classifier: classifier.ms },
      config,
      settings,
    );
  }

  get threads(): number {
    return this.#classifier.threads;
  }

  get runtimeVersion(): string {
    return this.#classifier.version;
  }

  get #points(): number {
    return this.model.manifest.keypoints.length;
  }

  /** New landmarkers on that delegate, unless they are on it already. Waits its turn. Raises `landmarker_failed`. */
  useDelegate(delegate: Delegate): Promise<void> {
    return this.#turn(() => this.#landmarkers.use(delegate));
  }

  /** Frames of the longest clip that the model takes. */
  get maxFrames(): number {
    return this.model.manifest.input.max_frames;
  }

  /** Waits its turn when another clip is being read. */
  extract(file: File, watcher?: Watcher): Promise<Extracted> {
    const work = () => extract(file, this, this.#frames, this.#landmarkers, watcher);
    return this.#turn(async () => {
      try {
        return await work();
      } catch (error) {
        if (!(await this.#revive())) throw error;
        // The clip is still there: from its beginning, with new workers.
        return work();
      }
    });
  }

  /** The camera's turn, for as long as `work` lasts: it may `detect` meanwhile, and clips wait. */
  live(work: () => Promise<void>): Promise<void> {
    return this.#turn(async () => {
      this.#revived = false;
      await this.#revive();
      this.#landmarkers.reset();
      return work();
    });
  }

  /**
   * One frame's landmarks, within `live`; null where a worker died on it and has been replaced. Closes `frame`.
   * `timestamp`: milliseconds, rising. Raises `landmarker_failed`, also when a worker dies for the second time.
   */
  async detect(frame: VideoFrame, timestamp: number): Promise<Seen | null> {
    try {
      return await this.#landmarkers.detect(frame, timestamp);
    } catch (error) {
      if (this.#revived || !(await this.#revive())) throw error;
      this.#revived = true;
      return null;
    }
  }

  /** Replaces the workers that have died; whether there were any. Raises `landmarker_failed`. */
  async #revive(): Promise<boolean> {
    const dead = this.#frames.dead || this.#landmarkers.dead;
    if (this.#frames.dead) this.#frames = startFrames();
    if (this.#landmarkers.dead) await this.#landmarkers.revive();
    return dead;
  }

  #turn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#busy.then(work);
    this.#busy = turn.catch(() => undefined);
    return turn;
  }

  classify(keypoints: Float32Array): Promise<EdgeAnswer> {
    return this.#classifier.classify(keypoints);
  }

  async predict(keypoints: Float32Array, wire: Wire = this.settings.wire): Promise<CloudAnswer> {
    if (!this.#config.api) throw new Fault("api_unreachable", { api: "config.json", detail: "no address" });
    return predict(this.#config.api, keypoints, this.#points, wire);
  }

  /**
   * The page's normal path against a bare loop over the same session, on the same input, in alternating blocks so that
   * whatever else the machine does meets both. Milliseconds of each run; `page` is the clock of `classify`.
   */
  async benchmark({ frames, warmup, runs }: { frames: number; warmup: number; runs: number }) {
    const keypoints = Float32Array.from({ length: frames * this.#points * 2 }, (_, k) => ((k * 37) % 101) / 101);
    const block = 10;
    const times = { bare: [] as number[], page: [] as number[] };
    await this.#classifier.bare(keypoints, warmup);
    for (let k = 0; k < warmup; k++) await this.classify(keypoints);
    while (times.bare.length < runs) {
      const size = Math.min(block, runs - times.bare.length);
      times.bare.push(...(await this.#classifier.bare(keypoints, size)));
      for (let k = 0; k < size; k++) times.page.push((await this.classify(keypoints)).ms.classify);
    }
    return times;
  }

  /** What the workers fetched. */
  async assets(): Promise<Asset[]> {
    const fetched = [this.#frames.ask("assets", {}), this.#landmarkers.assets(), this.#classifier.assets()];
    return (await Promise.all(fetched)).flat();
  }
}

function startFrames(): WorkerClient<FramesProtocol> {
  const worker = new Worker(new URL("../workers/frames.ts", import.meta.url), { type: "module", name: "frames" });
  return new WorkerClient(worker, "not_a_video");
}
