/** Ours beside the legacy landmarker: the same frames of the same clip, each contender in turn. */
import { Fault } from "../errors";
import { stack } from "../keypoints/assemble";
import type { EdgeAnswer } from "../recognise/classifier";
import type { Recogniser } from "../recognise/recogniser";
import type { FramesProtocol } from "../workers/frames";
import { WorkerClient } from "../workers/rpc";
import type { Contender } from "./contenders";
import { Legacy } from "./legacy";

export interface FramePlan {
  /** Measured frames, after `warmup` unmeasured ones. */
  frames: number;
  warmup: number;
  contenders: readonly Contender[];
}

export interface ClipAnswer {
  top: EdgeAnswer["top"];
  logits: number[];
  frames: number;
  /** Milliseconds: the file handed over -> the answer. */
  ms: number;
}

/** High enough that no camera's frame is left out. */
const EVERY_FRAME_FPS = 240;

export class LandmarkerBench {
  readonly #recogniser: Recogniser;
  readonly #frames = new WorkerClient<FramesProtocol>(
    new Worker(new URL("../workers/frames.ts", import.meta.url), { type: "module", name: "every frame" }),
    "not_a_video",
  );
  readonly #legacy = new Map<Contender, Promise<Legacy>>();

  constructor(recogniser: Recogniser) {
    this.#recogniser = recogniser;
  }

  /**
   * Milliseconds of each frame by contender; who goes first changes from frame to frame. Decoding and drawing are outside
   * the clock. Raises what `extract` raises, and AbortError.
   */
  async perFrame(file: File, plan: FramePlan, signal: AbortSignal, onProgress: (share: number) => void) {
    const times: Partial<Record<Contender, number[]>> = {};
    for (const contender of plan.contenders) times[contender] = [];
    const legacy = await this.#legacies(plan.contenders);
    const total = plan.warmup + plan.frames;
    await this.#recogniser.live(async () => {
      let k = 0;
      for await (const { frame, time } of this.#everyFrame(file)) {
        using _closed = { [Symbol.dispose]: () => frame.close() };
        signal.throwIfAborted();
        const picture = draw(frame);
        for (let turn = 0; turn < plan.contenders.length; turn++) {
          const contender = plan.contenders[(k + turn) % plan.contenders.length] as Contender;
          const copy = contender === "ours" ? frame.clone() : null;
          const start = performance.now();
          if (copy) await this.#recogniser.detect(copy, time * 1000);
          else await legacy.get(contender)?.detect(picture, this.#sources);
          if (k >= plan.warmup) times[contender]?.push(performance.now() - start);
        }
        onProgress(++k / total);
        if (k === total) break;
      }
    });
    return times;
  }

  /** The page's own way: sampled frames, two workers. */
  async ours(file: File): Promise<ClipAnswer> {
    const start = performance.now();
    const { keypoints, frames } = await this.#recogniser.extract(file);
    const { top, logits } = await this.#recogniser.classify(keypoints);
    return { top, logits, frames, ms: performance.now() - start };
  }

  /** The thesis's way: every frame, on this thread; its frames come from our decoder, which is kinder to it than seeking. */
  async legacy(file: File, contender: "legacy_cpu" | "legacy_gl"): Promise<ClipAnswer> {
    const holistic = (await this.#legacies([contender])).get(contender) as Legacy;
    const start = performance.now();
    holistic.reset();
    const rows: Float32Array[] = [];
    let found = false;
    for await (const { frame } of this.#everyFrame(file)) {
      using _closed = { [Symbol.dispose]: () => frame.close() };
      const seen = await holistic.detect(draw(frame), this.#sources);
      found ||= seen.found;
      rows.push(seen.keypoints);
    }
    if (!found) throw new Fault("no_person", { clip: file.name });
    const { top, logits } = await this.#recogniser.classify(stack(rows));
    return { top, logits, frames: rows.length, ms: performance.now() - start };
  }

  get #sources() {
    return this.#recogniser.model.manifest.keypoints;
  }

  async #legacies(contenders: readonly Contender[]): Promise<Map<Contender, Legacy>> {
    const wanted = contenders.filter((contender) => contender !== "ours");
    for (const contender of wanted) {
      if (this.#legacy.has(contender)) continue;
      const loading = Legacy.load(contender === "legacy_cpu");
      this.#legacy.set(contender, loading);
      loading.catch(() => this.#legacy.delete(contender));
    }
    return new Map(
      await Promise.all(
        wanted.map(async (contender) => [contender, (await this.#legacy.get(contender)) as Legacy] as const),
      ),
    );
  }

  /** Every frame, the next one being decoded while this one is looked at; the receiver closes it. */
  async *#everyFrame(file: File) {
    const pull = () => this.#frames.ask("next", {});
    const maxFrames = this.#recogniser.model.manifest.input.max_frames;
    let pending: ReturnType<typeof pull> | null = null;
    try {
      await this.#frames.ask("open", { file, fps: EVERY_FRAME_FPS, maxFrames });
      pending = pull();
      for (let next = await pending; next; next = await pending) {
        pending = pull();
        yield next;
      }
    } finally {
      (await pending?.catch(() => null))?.frame.close();
      await this.#frames.ask("close", {});
    }
  }
}

const canvas = document.createElement("canvas");

function draw(frame: VideoFrame): HTMLCanvasElement {
  canvas.width = frame.displayWidth;
  canvas.height = frame.displayHeight;
  canvas.getContext("2d")?.drawImage(frame, 0, 0);
  return canvas;
}
