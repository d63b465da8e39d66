/**
 * MediaPipe's legacy Holistic, as the thesis ran it: on the page's own thread, every frame. The baseline, fetched only when
 * it is asked for (22 MB). It has no module: its script defines `window.Holistic`, and fetches the rest by name.
 */
import type { KeypointSource } from "../bundle";
import { Fault, reason } from "../errors";
import { assemble } from "../keypoints/assemble";
import type { Hand } from "../keypoints/hands";

type Landmarks = { x: number; y: number }[];

interface Results {
  poseLandmarks?: Landmarks;
  leftHandLandmarks?: Landmarks;
  rightHandLandmarks?: Landmarks;
}

interface Holistic {
  setOptions(options: { useCpuInference: boolean }): void;
  onResults(listener: (results: Results) => void): void;
  initialize(): Promise<void>;
  send(inputs: { image: HTMLCanvasElement }): Promise<void>;
  reset(): void;
  close(): Promise<void>;
}

declare global {
  interface Window {
    Holistic?: new (config: { locateFile(name: string): string }) => Holistic;
  }
}

const FOLDER = "holistic/";

export class Legacy {
  readonly #holistic: Holistic;
  #seen: Results = {};

  private constructor(holistic: Holistic) {
    this.#holistic = holistic;
    holistic.onResults((results) => {
      this.#seen = results;
    });
  }

  /** @param cpu its best setting where there is no GPU; false is its default, WebGL. Raises `landmarker_failed`. */
  static async load(cpu: boolean): Promise<Legacy> {
    try {
      const base = new URL(FOLDER, document.baseURI);
      if (!window.Holistic) await script(new URL("holistic.js", base));
      if (!window.Holistic) throw new Error("holistic.js");
      const holistic = new window.Holistic({ locateFile: (name) => new URL(name, base).href });
      holistic.setOptions({ useCpuInference: cpu });
      await holistic.initialize();
      return new Legacy(holistic);
    } catch (error) {
      throw new Fault("landmarker_failed", { detail: `Holistic, ${reason(error)}` }, { cause: error });
    }
  }

  /** Forgets the clip before, so that it cannot influence the next. */
  reset(): void {
    this.#holistic.reset();
  }

  /** One frame's keypoints, float32 [points, 2]; pose null where no person was found. Raises `landmarker_failed`. */
  async detect(picture: HTMLCanvasElement, sources: readonly KeypointSource[]) {
    this.#seen = {};
    try {
      await this.#holistic.send({ image: picture });
    } catch (error) {
      throw new Fault("landmarker_failed", { detail: `Holistic, ${reason(error)}` }, { cause: error });
    }
    const { poseLandmarks, leftHandLandmarks, rightHandLandmarks } = this.#seen;
    const pose = poseLandmarks ? flatten(poseLandmarks) : null;
    const hands = { left: hand(leftHandLandmarks, "Left"), right: hand(rightHandLandmarks, "Right") };
    return { found: pose !== null, keypoints: assemble(sources, pose, hands) };
  }

  async close(): Promise<void> {
    await this.#holistic.close();
  }
}

function hand(landmarks: Landmarks | undefined, handedness: "Left" | "Right"): Hand | null {
  return landmarks ? { landmarks: flatten(landmarks), handedness, score: 1 } : null;
}

function flatten(landmarks: Landmarks): Float32Array {
  return Float32Array.from(landmarks.flatMap(({ x, y }) => [x, y]));
}

function script(url: URL): Promise<void> {
  return new Promise((done, failed) => {
    const element = document.createElement("script");
    element.src = url.href;
    element.onload = () => done();
    element.onerror = () => failed(new Error(url.pathname));
    document.head.append(element);
  });
}
