/** After the build: `.br` and `.gz` beside whatever shrinks, and a table of what each asset costs on the wire. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const ENCODERS = {
  br: (bytes: Buffer) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        // The largest window decoders must accept: 16 MB (RFC 7932).
        [constants.BROTLI_PARAM_LGWIN]: 24,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  gz: (bytes: Buffer) => promisify(gzip)(bytes, { level: 9 }),
};

/** A copy must save this share to be worth a file. */
const WORTHWHILE = 0.03;

/** What only the benchmark page fetches, and only when asked: 58 MB that are not worth minutes of brotli. */
const GZIP_ONLY = /^holistic\/|asyncify/;

/** Brotli at its best takes most of a minute for 43 MB of WebAssembly and landmarkers that hardly ever change. */
const CACHE = "node_modules/.cache/compressed";

interface Row {
  name: string;
  raw: number;
  /** Bytes over the wire to a browser that takes brotli and gzip. */
  wire: number;
}

export function compressPlugin(): Plugin {
  let root: string;
  let folder: string;
  return {
    name: "cerca:compress",
    apply: "build",
    configResolved(config) {
      root = config.root;
      folder = resolve(root, config.build.outDir);
    },
    async closeBundle(error) {
      if (error) return;
      mkdirSync(join(root, CACHE), { recursive: true });
      const rows = await Promise.all(
        files(folder).map((path) => compress(path, relative(folder, path), join(root, CACHE))),
      );
      process.stdout.write(table(rows.sort((a, b) => b.wire - a.wire)));
    },
  };
}

async function compress(path: string, name: string, cache: string): Promise<Row> {
  const bytes = readFileSync(path);
  let wire = bytes.length;
  for (const encoding of GZIP_ONLY.test(name) ? (["gz"] as const) : (["gz", "br"] as const)) {
    const copy = await encoded(bytes, encoding, cache);
    if (copy.length > bytes.length * (1 - WORTHWHILE)) continue;
    writeFileSync(`${path}.${encoding}`, copy);
    wire = copy.length;
  }
  return { name, raw: bytes.length, wire };
}

async function encoded(bytes: Buffer, encoding: keyof typeof ENCODERS, cache: string): Promise<Buffer> {
  const kept = join(cache, `${createHash("sha256").update(bytes).digest("hex")}.${encoding}`);
  if (existsSync(kept)) return readFileSync(kept);
  const copy = await ENCODERS[encoding](bytes);
  // Renamed into place: an interrupted build must not leave half a copy under a name that promises a whole one.
  writeFileSync(`${kept}.${process.pid}`, copy);
  renameSync(`${kept}.${process.pid}`, kept);
  return copy;
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

function table(rows: Row[]): string {
  const line = (name: string, raw: number, wire: number) =>
    `${name.padEnd(60)} ${(raw / 1e3).toFixed(1).padStart(10)} kB ${(wire / 1e3).toFixed(1).padStart(10)} kB wire\n`;
  const sum = (key: "raw" | "wire") => rows.reduce((total, row) => total + row[key], 0);
  return rows.map(({ name, raw, wire }) => line(name, raw, wire)).join("") + line("all", sum("raw"), sum("wire"));
}
