/** One pass over labelled clips: kept answers are looked up, the rest are computed, a broken clip fails alone. */
import { sha256 } from "../bundle";
import { Fault } from "../errors";
import type { Recogniser } from "../recognise/recogniser";
import type { Answered, Failed, LabelledClip, Row } from "./clip";
import { keep, keepPlan, type Plan, recall } from "./store";

export interface Progress {
  /** After each clip, and with the share of the one being read (0 to 1) in between. */
  onShare?(share: number): void;
  onRow?(row: Row, index: number): void;
  /** The browser refused to keep results (storage full or forbidden); told once, and the run goes on. */
  onNotKept?(): void;
}

/** Of the page, not of the clip. Once it may still be the clip's doing; twice in a row nothing else can be recognised either. */
const OF_THE_PAGE = new Set(["landmarker_failed", "classifier_failed"]);
const MOST_IN_A_ROW = 2;

/** Larger files are evaluated but not kept: their hash would need all of their bytes in memory. */
const LARGEST_HASHED_BYTES = 512e6;

export class Run {
  readonly rows: Row[];
  readonly #clips: readonly LabelledClip[];
  readonly #recogniser: Recogniser;
  readonly #plan: Plan;
  readonly #progress: Progress;
  #keeping = true;

  /** @param recipe what an answer depends on besides the clip: model, rate, landmarker */
  constructor(clips: readonly LabelledClip[], recogniser: Recogniser, recipe: string, progress: Progress) {
    this.#clips = clips;
    this.#recogniser = recogniser;
    this.#progress = progress;
    this.rows = clips.map(({ name, truth }) => ({ clip: name, truth, outcome: null }));
    this.#plan = { recipe, clips: clips.map(({ name, truth }) => ({ name, truth, sha256: null })) };
  }

  /** Does what is not done yet. Raises AbortError, `landmarker_failed` and `classifier_failed`; it may then be called again. */
  async proceed(signal: AbortSignal): Promise<void> {
    await this.#try(() => keepPlan(this.#plan));
    let failing: Row[] = [];
    for (const [index, clip] of this.#clips.entries()) {
      const row = this.rows[index] as Row;
      if (row.outcome) continue;
      signal.throwIfAborted();
      const outcome = await this.#outcome(clip, index, signal);
      row.outcome = outcome;
      this.#progress.onRow?.(row, index);
      if (outcome.kind === "answer" || !OF_THE_PAGE.has(outcome.code)) failing = [];
      else if (failing.push(row) === MOST_IN_A_ROW) {
        // They are tried again when the run goes on.
        for (const failed of failing) failed.outcome = null;
        throw new Fault(outcome.code, outcome.values);
      }
    }
  }

  async #outcome({ name, file }: LabelledClip, index: number, signal: AbortSignal): Promise<Answered | Failed> {
    try {
      if (!file) throw new Fault("clip_missing", { clip: name });
      const hash = await hashOf(file, name);
      const kept = hash ? await this.#try(() => recall(hash, this.#plan.recipe)) : null;
      const answer = kept ?? (await this.#recognise(file, hash ?? "", signal));
      if (hash) await this.#keep(answer, index);
      return answer;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { kind: "failure", code: error.code, values: error.values };
    }
  }

  async #recognise(file: File, hash: string, signal: AbortSignal): Promise<Answered> {
    const extracted = await this.#recogniser.extract(file, {
      signal,
      onKeypoints: (_, share) => this.#progress.onShare?.(share),
    });
    const { top, ms } = await this.#recogniser.classify(extracted.keypoints);
    const { extract, decode, landmarks } = extracted.ms;
    return {
      kind: "answer",
      sha256: hash,
      top,
      frames: extracted.frames,
      ms: { extract, decode, landmarks, ...ms },
      kept: false,
    };
  }

  async #keep(answer: Answered, index: number): Promise<void> {
    const planned = this.#plan.clips[index] as Plan["clips"][number];
    planned.sha256 = answer.sha256;
    await this.#try(async () => {
      if (!answer.kept) await keep(answer, this.#plan.recipe);
      await keepPlan(this.#plan);
    });
  }

  /** Storage is a convenience: whatever it throws is told once and ends the keeping, not the run. */
  async #try<T>(work: () => Promise<T>): Promise<T | null> {
    if (!this.#keeping) return null;
    try {
      return await work();
    } catch {
      this.#keeping = false;
      this.#progress.onNotKept?.();
      return null;
    }
  }
}

async function hashOf(file: File, name: string): Promise<string | null> {
  if (file.size > LARGEST_HASHED_BYTES) return null;
  try {
    return await sha256(await file.arrayBuffer());
  } catch (error) {
    // The file was moved or changed since it was chosen.
    throw new Fault("not_a_video", { clip: name }, { cause: error });
  }
}
