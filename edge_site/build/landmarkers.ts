/** Refuses to build without MediaPipe's landmarker files, which are too large for the repository. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const FILES = ["pose_landmarker_full.task", "hand_landmarker.task"];

export function landmarkersPlugin(folder: string): Plugin {
  return {
    name: "cerca:landmarkers",
    apply: (_, { command, isPreview }) => command === "build" || !isPreview,
    buildStart() {
      if (process.env.VITEST) return;
      const missing = FILES.filter((file) => !existsSync(join(folder, file)));
      if (missing.length) {
        this.error(`${missing.join(" and ")} missing in ${folder}: run scripts/landmarkers.py first.`);
      }
    },
    config: () => ({ assetsInclude: ["**/*.task"] }),
  };
}
