import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

/** Bytes over the wire, brotli, of a first visit that recognises a clip. */
const BUDGET = 20e6;

/** The same of a page's own HTML, scripts and styles, before it loads what recognises. */
const PAGES = { "index.html": 25e3, "evaluate.html": 35e3, "benchmark.html": 35e3 };

const DIST = join(import.meta.dirname, "../dist");

/** Not part of such a visit: samples, the models beside the default, and what the benchmark page fetches when asked. */
const LEFT_OUT = /\.(br|gz)$|^samples|int8|\.ort$|^holistic|asyncify|webgpu/;

function wireBytes(names: string[]): number {
  return names
    .map((name) => join(DIST, name))
    .reduce((sum, path) => sum + statSync(existsSync(`${path}.br`) ? `${path}.br` : path).size, 0);
}

function files(): string[] {
  return readdirSync(DIST, { recursive: true, encoding: "utf8" }).filter((name) => statSync(join(DIST, name)).isFile());
}

describe.skipIf(!existsSync(join(DIST, "index.html")))("the built site (skipped when there is none)", () => {
  it("costs a first visit no more than its budget", () => {
    expect(wireBytes(files().filter((name) => !LEFT_OUT.test(name)))).toBeLessThan(BUDGET);
  });

  it.each(Object.entries(PAGES))("keeps %s within %d bytes", (page, budget) => {
    const referenced = readFileSync(join(DIST, page), "utf8").matchAll(/"\.\/(assets\/[^"]+)"/g);
    const names = [page, ...new Set(Array.from(referenced, ([, name]) => name as string))];
    expect(names.filter((name) => name.endsWith(".js")).length).toBeGreaterThan(0);
    expect(wireBytes(names)).toBeLessThan(budget);
  });

  it("ships one WebAssembly for each runtime, the benchmark's WebGPU apart, and no source maps", () => {
    const names = readdirSync(join(DIST, "assets"));
    expect(names.filter((name) => name.endsWith(".wasm") && !LEFT_OUT.test(name))).toHaveLength(2);
    expect(names.filter((name) => name.endsWith(".map"))).toEqual([]);
  });

  it("keeps for offline use every file of its pages, by the hash of its content", () => {
    const worker = readFileSync(join(DIST, "sw.js"), "utf8");
    for (const name of files().filter((name) => /^assets\/.*\.(js|mjs|css|task|wasm)$/.test(name))) {
      expect([name, worker.includes(name)]).toEqual([name, !LEFT_OUT.test(name)]);
    }
  });
});
