/** After the build: `.br` and `.gz` beside whatever shrinks, and a table of what each asset costs on the wire. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

/** A copy must save this share to be worth a file. */
const WORTHWHILE = 0.03;

/** The largest window decoders must accept (RFC 7932): 16 MB. */
const WINDOW = 24;

export function compressPlugin(): Plugin {
  let folder: string;
  return {
    name: "cerca:compress",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    async closeBundle(error) {
      if (error) return;
      const rows = await Promise.all(files(folder).map((path) => compress(path, folder)));
      process.stdout.write(table(rows.sort((a, b) => b.wire - a.wire)));
    },
  };
}

interface Row {
  name: string;
  raw: number;
  /** Bytes over the wire to a browser that takes brotli. */
  wire: number;
}

async function compress(path: string, folder: string): Promise<Row> {
  const bytes = readFileSync(path);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: WINDOW,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  const [br, gz] = await Promise.all([brotli(bytes, { params }), deflate(bytes, { level: 9 })]);
  const worthwhile = (copy: Buffer) => copy.length < bytes.length * (1 - WORTHWHILE);
  if (worthwhile(br)) writeFileSync(`${path}.br`, br);
  if (worthwhile(gz)) writeFileSync(`${path}.gz`, gz);
  return { name: relative(folder, path), raw: bytes.length, wire: worthwhile(br) ? br.length : bytes.length };
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

function table(rows: Row[]): string {
  const line = (name: string, raw: number, wire: number) =>
    `${name.padEnd(60)} ${(raw / 1e3).toFixed(1).padStart(10)} kB ${(wire / 1e3).toFixed(1).padStart(10)} kB brotli\n`;
  const sum = (key: "raw" | "wire") => rows.reduce((total, row) => total + row[key], 0);
  return rows.map(({ name, raw, wire }) => line(name, raw, wire)).join("") + line("all", sum("raw"), sum("wire"));
}
