/** Hands worker: a frame -> up to two hands of 21 landmarks. */
import { HandLandmarker } from "@mediapipe/tasks-vision";
import type { Hand } from "../keypoints/hands";
import { assets, type AssetsProtocol } from "./assets";
import { type DetectAsk, type FetchAsk, fetchEarly, flatten, Landmarker, type LoadAsk } from "./mediapipe";
import { serve } from "./rpc";

export interface HandsSeen {
  hands: Hand[];
  /** Milliseconds the landmarker was busy. */
  ms: number;
}

export type HandsProtocol = AssetsProtocol & {
  fetch: { ask: FetchAsk; reply: undefined };
  load: { ask: LoadAsk; reply: undefined };
  reset: { ask: object; reply: undefined };
  detect: { ask: DetectAsk; reply: HandsSeen };
};

let landmarker: Landmarker<HandLandmarker>;

serve<HandsProtocol>(
  {
    assets,
    fetch: fetchEarly,
    load: async (ask) => {
      landmarker = await Landmarker.load(ask, (fileset, options) =>
        HandLandmarker.createFromOptions(fileset, { ...options, numHands: 2 }),
      );
      return undefined;
    },
    reset: async () => {
      await landmarker.reset();
      return undefined;
    },
    detect: (ask) => {
      const [seen, ms] = landmarker.run(ask, (task, frame, time) => task.detectForVideo(frame, time));
      const hands = seen.landmarks.map((landmarks, k): Hand => {
        const category = seen.handedness[k]?.[0];
        return {
          landmarks: flatten(landmarks),
          handedness: category?.categoryName === "Left" ? "Left" : "Right",
          score: category?.score ?? 0,
        };
      });
      return { hands, ms };
    },
  },
  "landmarker_failed",
);
