import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

/** Bytes over the wire, brotli, of a first visit that recognises a clip. */
const BUDGET = 20e6;

const DIST = join(import.meta.dirname, "../dist");

/** What such a visit fetches: not the samples, nor the models beside the default. */
function wireBytes(): number {
  return readdirSync(DIST, { recursive: true, encoding: "utf8" })
    .filter((name) => !/\.(br|gz)$|^samples|int8/.test(name) && statSync(join(DIST, name)).isFile())
    .map((name) => join(DIST, name))
    .reduce((sum, path) => sum + statSync(existsSync(`${path}.br`) ? `${path}.br` : path).size, 0);
}

describe.skipIf(!existsSync(join(DIST, "index.html")))("the built site (skipped when there is none)", () => {
  it("costs a first visit no more than its budget", () => {
    expect(wireBytes()).toBeLessThan(BUDGET);
  });

  it("ships one WebAssembly for each runtime, and no source maps", () => {
    const names = readdirSync(join(DIST, "assets"));
    expect(names.filter((name) => name.endsWith(".wasm"))).toHaveLength(2);
    expect(names.filter((name) => name.endsWith(".map"))).toEqual([]);
  });
});
