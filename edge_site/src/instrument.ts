/** The page as an instrument: `window.cerca`, driven by `loadtests` (docs/contracts.md). Times are milliseconds of performance.now(). */
import type { Followed } from "./camera/follow_for";
import type { Recorded } from "./camera/recording";
import type { CloudAnswer } from "./cloud/client";
import { Fault, spoken } from "./errors";
import { fromBase64, toBase64 } from "./keypoints/base64";
import type { EdgeAnswer } from "./recognise/classifier";
import type { Extracted } from "./recognise/extract";
import type { Entry } from "./segment/transcript";
import type { Recogniser } from "./recognise/recogniser";
import type { Wire } from "./settings";
import { type Asset, assets } from "./workers/assets";

export interface Ready {
  sha256: string;
  file: string;
  labels: string[];
  threads: number;
  isolated: boolean;
  versions: { "onnxruntime-web": string; "@mediapipe/tasks-vision": string; mediabunny: string };
  /** navigation_to_ready from the navigation's start; landmarkers and classifier from the start of loading. */
  ms: { navigation_to_ready: number; landmarkers: number; classifier: number };
  /** Page and workers together. */
  assets: Asset[];
}

export interface Extraction extends Omit<Extracted, "keypoints"> {
  clip: string;
  /** base64 of little-endian float32 [frames, points, 2]. */
  keypoints: string;
}

export interface Recording extends Omit<Recorded, "keypoints"> {
  /** As `Extraction.keypoints`. */
  keypoints: string;
  answer: EdgeAnswer;
}

/** Every method rejects with a CercaError: `{code, message}`, the message in the page's language. */
export interface Instrument {
  ready(): Promise<Ready>;
  /** Default: the file in `<input id="clip">`. */
  extract(file?: File): Promise<Extraction>;
  /** @param keypoints as `Extraction.keypoints` */
  classify(keypoints: string): Promise<EdgeAnswer>;
  /** Camera on, `seconds` from its first frame on, camera off; the landmarks are found as the frames arrive. */
  record(plan: { seconds: number }): Promise<Recording>;
  /** Continuous mode for `seconds` from the camera's first frame on: what was recognised, and how many frames were seen. */
  follow(plan: { seconds: number }): Promise<Followed>;
  /** The transcript of keypoints, as if a camera had brought them; `aspect`: picture width / height. */
  transcribe(keypoints: string, stream: { fps: number; aspect: number }): Promise<readonly Entry[]>;
  predict(keypoints: string, wire: Wire): Promise<CloudAnswer>;
  benchmark(plan: { frames: number; warmup: number; runs: number }): Promise<{ bare: number[]; page: number[] }>;
}

declare global {
  interface Window {
    cerca: Instrument;
  }
}

export function makeInstrument(loading: Promise<Recogniser>, chosen: () => File | undefined): Instrument {
  const readyAt = loading.then(() => performance.now());
  readyAt.catch(() => undefined);

  async function using<T>(work: (recogniser: Recogniser) => Promise<T>): Promise<T> {
    try {
      return await work(await loading);
    } catch (error) {
      throw spoken(error);
    }
  }

  return {
    ready: () =>
      using(async (recogniser) => ({
        sha256: recogniser.model.sha256,
        file: recogniser.model.file,
        labels: recogniser.model.manifest.labels,
        threads: recogniser.threads,
        isolated: crossOriginIsolated,
        versions: { "onnxruntime-web": recogniser.runtimeVersion, ...__VERSIONS__ },
        ms: { navigation_to_ready: await readyAt, ...recogniser.ms },
        assets: [...assets(), ...(await recogniser.assets())],
      })),
    extract: (file = chosen()) =>
      using(async (recogniser) => {
        if (!file) throw new Fault("not_a_video", { clip: "(none chosen)" });
        const { keypoints, ...facts } = await recogniser.extract(file);
        return { clip: file.name, ...facts, keypoints: toBase64(keypoints) };
      }),
    classify: (keypoints) => using((recogniser) => recogniser.classify(fromBase64(keypoints))),
    record: ({ seconds }) =>
      using(async (recogniser) => {
        const { recordFor } = await import("./camera/record_for");
        const { recorded, answer } = await recordFor(recogniser, seconds);
        return { ...recorded, keypoints: toBase64(recorded.keypoints), answer };
      }),
    follow: ({ seconds }) =>
      using(async (recogniser) => {
        const { followFor } = await import("./camera/follow_for");
        return followFor(recogniser, seconds);
      }),
    transcribe: (keypoints, stream) =>
      using(async (recogniser) => {
        const { transcribe } = await import("./camera/follow_for");
        return transcribe(recogniser, fromBase64(keypoints), stream);
      }),
    predict: (keypoints, wire) => using((recogniser) => recogniser.predict(fromBase64(keypoints), wire)),
    benchmark: (plan) => using((recogniser) => recogniser.benchmark(plan)),
  };
}
