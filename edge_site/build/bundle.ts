/** Puts the model bundle into the site as `models/default/`, names unchanged: its manifest carries the hashes. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const TARGET = "models/default";

export function bundlePlugin(folder: string): Plugin {
  return {
    name: "cerca:bundle",
    apply: "build",
    buildStart() {
      if (!existsSync(join(folder, "manifest.json"))) {
        this.error(
          `${folder} holds no model bundle (manifest.json): train one with \`cerca train\`, or set CERCA_BUNDLE.`,
        );
      }
    },
    generateBundle() {
      for (const file of readdirSync(folder)) {
        // .ort is for native runtimes with a matching version; the page loads .onnx.
        if (!/\.(json|onnx)$/.test(file)) continue;
        this.emitFile({ type: "asset", fileName: `${TARGET}/${file}`, source: readFileSync(join(folder, file)) });
      }
    },
  };
}
