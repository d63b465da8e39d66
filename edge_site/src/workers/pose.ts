/** Pose worker: a frame -> the person's 33 pose landmarks. */
import { PoseLandmarker } from "@mediapipe/tasks-vision";
import { assets, type AssetsProtocol } from "./assets";
import { type DetectAsk, type FetchAsk, fetchEarly, flatten, Landmarker, type LoadAsk } from "./mediapipe";
import { serve } from "./rpc";

export interface PoseSeen {
  /** x, y of 33 landmarks, image-normalised; null where no person was found. */
  pose: Float32Array | null;
  /** Milliseconds the landmarker was busy. */
  ms: number;
}

export type PoseProtocol = AssetsProtocol & {
  fetch: { ask: FetchAsk; reply: undefined };
  load: { ask: LoadAsk; reply: undefined };
  reset: { ask: object; reply: undefined };
  detect: { ask: DetectAsk; reply: PoseSeen };
};

let landmarker: Landmarker<PoseLandmarker>;

serve<PoseProtocol>(
  {
    assets,
    fetch: fetchEarly,
    load: async (ask) => {
      landmarker = await Landmarker.load(ask, (fileset, options) => PoseLandmarker.createFromOptions(fileset, options));
      return undefined;
    },
    reset: async () => {
      await landmarker.reset();
      return undefined;
    },
    detect: (ask) => {
      const [landmarks, ms] = landmarker.run(ask, (task, frame, time) => task.detectForVideo(frame, time).landmarks[0]);
      return { pose: landmarks ? flatten(landmarks) : null, ms };
    },
  },
  "landmarker_failed",
);
