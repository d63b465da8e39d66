/** The pose and the hand landmarker, side by side in two workers: a frame -> one row of keypoints. */
import handTaskUrl from "landmarkers/hand_landmarker.task?url";
import poseTaskUrl from "landmarkers/pose_landmarker_full.task?url";
import mediapipeWasmUrl from "@mediapipe/tasks-vision/vision_wasm_module_internal.wasm?url";
import type { KeypointSource } from "../bundle";
import { Fault, reason } from "../errors";
import { assemble } from "../keypoints/assemble";
import { assignHands } from "../keypoints/hands";
import type { Delegate } from "../probe/device";
import type { Asset } from "../workers/assets";
import type { HandsProtocol } from "../workers/hands";
import type { PoseProtocol } from "../workers/pose";
import { twice } from "../workers/fetching";
import { type Protocol, WorkerClient } from "../workers/rpc";

const POSE_TASK = new URL(poseTaskUrl, import.meta.url).href;
const HAND_TASK = new URL(handTaskUrl, import.meta.url).href;

export interface Seen {
  /** float32 [points, 2] */
  keypoints: Float32Array;
  found: { pose: boolean; left_hand: boolean; right_hand: boolean };
  /** Milliseconds each worker was busy; they overlap. */
  ms: { pose: number; hands: number };
}

export class Landmarkers {
  #pose = startPose();
  #hands = startHands();
  #sources: readonly KeypointSource[] = [];
  readonly #wasm: Promise<WebAssembly.Module>;
  #delegate: Delegate;
  #dirty = false;
  #clean: Promise<unknown> = Promise.resolve();

  private constructor(delegate: Delegate) {
    this.#delegate = delegate;
    this.#pose.ask("fetch", { task: POSE_TASK }).catch(() => undefined);
    this.#hands.ask("fetch", { task: HAND_TASK }).catch(() => undefined);
    this.#wasm = compile();
  }

  /** @param sources the manifest's keypoint list. Raises `landmarker_failed`. */
  static async load(sources: Promise<readonly KeypointSource[]>, delegate: Delegate): Promise<Landmarkers> {
    const landmarkers = new Landmarkers(delegate);
    const loaded = Promise.all([landmarkers.#loadPose(), landmarkers.#loadHands()]);
    [landmarkers.#sources] = await Promise.all([sources, loaded]);
    return landmarkers;
  }

  /** Whether one of the workers is gone. */
  get dead(): boolean {
    return this.#pose.dead || this.#hands.dead;
  }

  /** New workers on that delegate, unless they are on it already. Raises `landmarker_failed`. */
  async use(delegate: Delegate): Promise<void> {
    if (delegate === this.#delegate) return;
    this.#delegate = delegate;
    this.#pose.terminate();
    this.#hands.terminate();
    await this.revive();
  }

  /** New workers for those that are gone. Raises `landmarker_failed`. */
  async revive(): Promise<void> {
    const loads: Promise<unknown>[] = [];
    if (this.#pose.dead) {
      this.#pose = startPose();
      loads.push(this.#loadPose());
    }
    if (this.#hands.dead) {
      this.#hands = startHands();
      loads.push(this.#loadHands());
    }
    this.#dirty = true;
    this.#clean = Promise.resolve();
    await Promise.all(loads);
  }

  async #loading() {
    return { wasm: await this.#wasm, delegate: this.#delegate };
  }

  #loadPose(): Promise<undefined> {
    return twice(async (cache) => {
      // MediaPipe starts once in a worker's life.
      if (cache === "reload") this.#pose = replaced(this.#pose, startPose);
      return this.#pose.ask("load", { ...(await this.#loading()), task: POSE_TASK, cache });
    });
  }

  #loadHands(): Promise<undefined> {
    return twice(async (cache) => {
      if (cache === "reload") this.#hands = replaced(this.#hands, startHands);
      return this.#hands.ask("load", { ...(await this.#loading()), task: HAND_TASK, cache });
    });
  }

  /** Closes `frame`. `timestamp`: milliseconds, rising within a clip. */
  async detect(frame: VideoFrame, timestamp: number): Promise<Seen> {
    const aspect = frame.displayWidth / frame.displayHeight;
    const copy = frame.clone();
    try {
      await this.#clean;
      this.#dirty = true;
      const [{ pose, ms: poseMs }, { hands, ms: handsMs }] = await Promise.all([
        this.#pose.ask("detect", { frame, timestamp }, [frame]),
        this.#hands.ask("detect", { frame: copy, timestamp }, [copy]),
      ]);
      const sides = assignHands(hands, pose, aspect);
      return {
        keypoints: assemble(this.#sources, pose, sides),
        found: { pose: pose !== null, left_hand: sides.left !== null, right_hand: sides.right !== null },
        ms: { pose: poseMs, hands: handsMs },
      };
    } finally {
      // Only those that could not be handed over are still open here.
      frame.close();
      copy.close();
    }
  }

  /** Forgets the last clip, so that it cannot influence the next. `detect` waits for it: the caller can open the clip meanwhile. */
  reset(): void {
    if (!this.#dirty) return;
    this.#dirty = false;
    this.#clean = Promise.all([this.#pose.ask("reset", {}), this.#hands.ask("reset", {})]);
    this.#clean.catch(() => undefined);
  }

  async assets(): Promise<Asset[]> {
    return (await Promise.all([this.#pose.ask("assets", {}), this.#hands.ask("assets", {})])).flat();
  }
}

function startPose(): WorkerClient<PoseProtocol> {
  const worker = new Worker(new URL("../workers/pose.ts", import.meta.url), { type: "module", name: "pose" });
  return new WorkerClient(worker, "landmarker_failed");
}

function startHands(): WorkerClient<HandsProtocol> {
  const worker = new Worker(new URL("../workers/hands.ts", import.meta.url), { type: "module", name: "hands" });
  return new WorkerClient(worker, "landmarker_failed");
}

function replaced<P extends Protocol>(worker: WorkerClient<P>, start: () => WorkerClient<P>): WorkerClient<P> {
  worker.terminate();
  return start();
}

async function compile(): Promise<WebAssembly.Module> {
  const url = new URL(mediapipeWasmUrl, import.meta.url);
  try {
    return await twice((cache) => WebAssembly.compileStreaming(fetch(url, { cache })));
  } catch (error) {
    throw new Fault("landmarker_failed", { detail: reason(error) }, { cause: error });
  }
}
