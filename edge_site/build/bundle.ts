/**
 * Puts model bundles into the site, names unchanged: their manifests carry the hashes. `models/default/` is the one that
 * the page uses; the folders beside it in the repository come too. `models/index.json` lists them, the default first.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

const DEFAULT = "models/default/";

/** @param folder the default bundle. @param shelf a folder of bundles to offer beside it */
export function bundlePlugin(folder: string, shelf: string): Plugin {
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
      const bundles = new Map([[DEFAULT, folder]]);
      for (const manifest of readdirSync(shelf).map((name) => join(shelf, name, "manifest.json"))) {
        const target = `models/${dirname(manifest).split("/").at(-1)}/`;
        if (existsSync(manifest) && !bundles.has(target)) bundles.set(target, dirname(manifest));
      }
      for (const [target, source] of bundles) {
        for (const file of readdirSync(source).filter((name) => /\.(json|onnx|ort)$/.test(name))) {
          this.emitFile({ type: "asset", fileName: target + file, source: readFileSync(join(source, file)) });
        }
      }
      this.emitFile({ type: "asset", fileName: "models/index.json", source: JSON.stringify([...bundles.keys()]) });
    },
  };
}
