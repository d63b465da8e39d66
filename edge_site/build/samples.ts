/** Puts a few of the project's own clips into the site, so that a visitor without one can try it: `samples/` and its index. */
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Plugin } from "vite";

const COUNT = 3;

export function samplesPlugin(folder: string): Plugin {
  return {
    name: "cerca:samples",
    apply: "build",
    generateBundle() {
      const shown = chosen(folder);
      for (const { clip, file } of shown) {
        this.emitFile({ type: "asset", fileName: `samples/${file}`, source: readFileSync(join(folder, clip)) });
      }
      const index = shown.map(({ file, label }) => ({ file, label }));
      this.emitFile({ type: "asset", fileName: "samples/index.json", source: JSON.stringify(index) });
    },
  };
}

/** The first clip of the first labels in `manifest.csv` (columns: clip, label, ...; no quoting). */
function chosen(folder: string): { clip: string; file: string; label: string }[] {
  const manifest = join(folder, "manifest.csv");
  if (!existsSync(manifest)) return [];
  const [, ...rows] = readFileSync(manifest, "utf8").trim().split(/\r?\n/);
  const byLabel = new Map<string, string>();
  for (const row of rows) {
    const [clip, label] = row.split(",");
    if (clip && label && !byLabel.has(label)) byLabel.set(label, clip);
  }
  return [...byLabel].slice(0, COUNT).map(([label, clip]) => ({ clip, label, file: basename(clip) }));
}
