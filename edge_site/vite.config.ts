import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { defineConfig } from "vitest/config";
import { bundlePlugin } from "./build/bundle.ts";
import { compressPlugin } from "./build/compress.ts";
import { headersPlugin } from "./build/headers.ts";
import { holisticPlugin } from "./build/holistic.ts";
import { landmarkersPlugin } from "./build/landmarkers.ts";
import { samplesPlugin } from "./build/samples.ts";
import { pwaPlugin } from "./build/pwa.ts";
import packageJson from "./package.json" with { type: "json" };

const cache = process.env.CERCA_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "cerca");
const landmarkers = join(cache, "landmarkers");
const bundle = resolve(import.meta.dirname, process.env.CERCA_BUNDLE ?? "../models/default");
const shelf = resolve(import.meta.dirname, "../models");
const samples = resolve(import.meta.dirname, "../samples");

/** Each page is an entry of its own: a visitor fetches what the page needs. */
const PAGES = ["index.html", "evaluate.html", "benchmark.html"];

const SERVICE_WORKER = "src/pwa/service_worker.ts";

const { "@mediapipe/tasks-vision": mediapipe, mediabunny } = packageJson.dependencies;

export default defineConfig({
  // Relative addresses: the site may live in a folder of any static host.
  base: "./",
  define: { __VERSIONS__: JSON.stringify({ "@mediapipe/tasks-vision": mediapipe, mediabunny }) },
  resolve: {
    // onnxruntime-web bundled into a worker hangs with 2 threads: it must load its own module and wasm files.
    conditions: ["onnxruntime-web-use-extern-wasm", "module", "browser", "development|production"],
    alias: { landmarkers },
  },
  worker: { format: "es" },
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1024,
    rolldownOptions: {
      input: [...PAGES, SERVICE_WORKER],
      // A service worker's name must not change: browsers look for its next version under the same one.
      output: {
        entryFileNames: ({ facadeModuleId }) =>
          facadeModuleId?.endsWith(SERVICE_WORKER) ? "sw.js" : "assets/[name]-[hash].js",
      },
    },
  },
  plugins: [
    landmarkersPlugin(landmarkers),
    bundlePlugin(bundle, shelf),
    holisticPlugin(import.meta.dirname),
    samplesPlugin(samples),
    headersPlugin(),
    pwaPlugin(),
    compressPlugin(),
  ],
  test: { include: ["tests/**/*.test.ts"] },
});
