/** The pose and the hand landmarker, side by side in two workers: a frame -> one row of keypoints. */
import handTaskUrl from "landmarkers/hand_landmarker.task?url";
import poseTaskUrl from "landmarkers/pose_landmarker_full.task?url";
import mediapipeWasmUrl from "@mediapipe/tasks-vision/vision_wasm_module_internal.wasm?url";
import type { KeypointSource } from "../bundle";
import { Fault, reason } from "../errors";
import { assemble } from "../keypoints/assemble";
import { assignHands } from "../keypoints/hands";
import type { Asset } from "../workers/assets";
import type { HandsProtocol } from "../workers/hands";
import type { PoseProtocol } from "../workers/pose";
import { WorkerClient } from "../workers/rpc";

export interface Seen {
  /** float32 [points, 2] */
  keypoints: Float32Array;
  found: { pose: boolean; left_hand: boolean; right_hand: boolean };
  /** Milliseconds each worker was busy; they overlap. */
  ms: { pose: number; hands: number };
}

export class Landmarkers {
  readonly #pose: WorkerClient<PoseProtocol>;
  readonly #hands: WorkerClient<HandsProtocol>;
  readonly #sources: readonly KeypointSource[];
  #dirty = false;
  #clean: Promise<unknown> = Promise.resolve();

  private constructor(sources: readonly KeypointSource[]) {
    this.#sources = sources;
    this.#pose = new WorkerClient(
      new Worker(new URL("../workers/pose.ts", import.meta.url), { type: "module", name: "pose" }),
      "landmarker_failed",
    );
    this.#hands = new WorkerClient(
      new Worker(new URL("../workers/hands.ts", import.meta.url), { type: "module", name: "hands" }),
      "landmarker_failed",
    );
  }

  /** @param sources the manifest's keypoint list. Raises `landmarker_failed`. */
  static async load(sources: Promise<readonly KeypointSource[]>): Promise<Landmarkers> {
    const [wasm, list] = await Promise.all([compile(), sources]);
    const landmarkers = new Landmarkers(list);
    await Promise.all([
      landmarkers.#pose.ask("load", { wasm, task: new URL(poseTaskUrl, import.meta.url).href }),
      landmarkers.#hands.ask("load", { wasm, task: new URL(handTaskUrl, import.meta.url).href }),
    ]);
    return landmarkers;
  }

  /** Closes `frame`. `timestamp`: milliseconds, rising within a clip. */
  async detect(frame: VideoFrame, timestamp: number): Promise<Seen> {
    await this.#clean;
    this.#dirty = true;
    const aspect = frame.displayWidth / frame.displayHeight;
    const copy = frame.clone();
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

async function compile(): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compileStreaming(fetch(new URL(mediapipeWasmUrl, import.meta.url)));
  } catch (error) {
    throw new Fault("landmarker_failed", { detail: reason(error) }, { cause: error });
  }
}
