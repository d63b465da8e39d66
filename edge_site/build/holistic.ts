/**
 * Puts MediaPipe's legacy Holistic into the site as `holistic/`, names unchanged because its loader asks for them: the
 * baseline of the benchmark page, fetched there and nowhere else, and only when it is asked for.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const FILES = [
  "holistic.js",
  "holistic.binarypb",
  "holistic_solution_packed_assets.data",
  "holistic_solution_packed_assets_loader.js",
  "holistic_solution_simd_wasm_bin.js",
  "holistic_solution_simd_wasm_bin.wasm",
  "pose_landmark_full.tflite",
];

export function holisticPlugin(root: string): Plugin {
  return {
    name: "cerca:holistic",
    apply: "build",
    generateBundle() {
      for (const file of FILES) {
        const source = readFileSync(join(root, "node_modules/@mediapipe/holistic", file));
        this.emitFile({ type: "asset", fileName: `holistic/${file}`, source });
      }
    },
  };
}
