/**
 * Installable and offline: a link to the manifest in every page, and in `sw.js` the list of what recognition needs, each
 * file with its SHA-256.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/** Not needed to recognise: what the benchmark fetches when asked, other models, our sample clips. */
const LEFT_OUT = /^(holistic|samples)\/|asyncify|webgpu|^sw\.js$|^\.|\.(br|gz)$/;
const DEFAULT_BUNDLE = "models/default/";

export function pwaPlugin(): Plugin {
  let folder: string;
  return {
    name: "cerca:pwa",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    transformIndexHtml: () => [
      { tag: "link", attrs: { rel: "manifest", href: "./manifest.webmanifest" }, injectTo: "head" },
      { tag: "link", attrs: { rel: "apple-touch-icon", href: "./icon-192.png" }, injectTo: "head" },
    ],
    writeBundle() {
      const files = Object.fromEntries(listed(folder).map((name) => [name, sha256(readFileSync(join(folder, name)))]));
      const worker = join(folder, "sw.js");
      const list = JSON.stringify(files);
      const filled = readFileSync(worker, "utf8")
        .replace(/(["'`])__FILES__\1/, () => JSON.stringify(list))
        .replace("__VERSION__", () => sha256(list).slice(0, 12));
      if (filled.includes("__FILES__") || filled.includes("__VERSION__"))
        this.error("sw.js has lost its placeholders.");
      writeFileSync(worker, filled);
    },
  };
}

function listed(folder: string): string[] {
  const manifest = JSON.parse(readFileSync(join(folder, DEFAULT_BUNDLE, "manifest.json"), "utf8"));
  const bundle = ["manifest.json", manifest.default_file].map((file) => DEFAULT_BUNDLE + file);
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => statSync(join(folder, name)).isFile() && !LEFT_OUT.test(name))
    .filter((name) => !name.startsWith("models/") || bundle.includes(name))
    .sort();
}

function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
