/** A bundle that the visitor brings: checked whole, kept in this browser for the visit, never sent anywhere. */
import { createStore, delMany, entries, get, set } from "idb-keyval";
import { type BundleSource, loadManifest, sha256 } from "../bundle";
import { Fault, reason } from "../errors";
import type { FoundFile } from "../page/files";
import { type BundleId, choose, isOwn } from "./bundles";

interface Kept {
  name: string;
  /** Unix milliseconds. */
  added: number;
  files: Map<string, ArrayBuffer>;
}

/** Several times the published architecture, whose float32 file has 4 MB. */
const MOST_BYTES = 64e6;

/** Nobody says when a visit ends: what is older than a day was left behind by one. */
const KEEP_MS = 24 * 60 * 60 * 1000;

const database = () => createStore("cerca-bundles", "own");
let opened: ReturnType<typeof database> | null = null;
const store = () => (opened ??= database());

/** Whether what was dropped is meant as a bundle, and not as clips. */
export function looksLikeBundle(files: readonly FoundFile[]): boolean {
  return manifestFolder(files) !== null && !files.some(({ file }) => file.type.startsWith("video/"));
}

/**
 * Checks the bundle in `files` and makes it the visit's choice. Raises `not_a_bundle`, `bundle_unreadable`,
 * `bundle_incomplete`, `bundle_mismatch`, `bundle_too_large`, `bundle_not_kept`; then the choice stays what it was.
 */
export async function bringBundle(files: readonly FoundFile[]): Promise<BundleId> {
  const kept = await checked(files);
  const id = `own:${crypto.randomUUID()}`;
  try {
    await forgetOld();
    await set(id, kept, store());
  } catch (error) {
    throw new Fault("bundle_not_kept", { detail: reason(error) }, { cause: error });
  }
  choose(id);
  return id;
}

/** null: it is gone, or this browser keeps nothing. */
export async function ownBundle(id: BundleId): Promise<BundleSource | null> {
  const kept = await recall(id);
  return kept && source(kept.files);
}

export async function ownName(id: BundleId): Promise<string | null> {
  return (await recall(id))?.name ?? null;
}

async function recall(id: BundleId): Promise<Kept | null> {
  if (!isOwn(id)) return null;
  return (await get<Kept>(id, store()).catch(() => undefined)) ?? null;
}

async function checked(found: readonly FoundFile[]): Promise<Kept> {
  const folder = manifestFolder(found);
  if (folder === null) throw new Fault("not_a_bundle");
  const beside = new Map(
    found
      .filter(({ path }) => path.startsWith(folder) && !path.slice(folder.length).includes("/"))
      .map(({ path, file }) => [path.slice(folder.length), file]),
  );
  const files = new Map([["manifest.json", await read(beside, "manifest.json", MOST_BYTES)]]);
  const manifest = await loadManifest(source(files)).catch((error: unknown) => {
    throw error instanceof Fault ? new Fault("bundle_unreadable", error.values, { cause: error }) : error;
  });
  let left = MOST_BYTES;
  for (const [name, entry] of Object.entries(manifest.files)) {
    const bytes = await read(beside, name, left);
    left -= bytes.byteLength;
    const digest = await sha256(bytes);
    if (digest !== entry.sha256 || bytes.byteLength !== entry.bytes) {
      throw new Fault("bundle_mismatch", { file: name, sha256: digest.slice(0, 12) });
    }
    files.set(name, bytes);
  }
  if (!manifest.files[manifest.default_file]) throw new Fault("bundle_unreadable", { detail: "default_file" });
  return { name: manifest.name, added: Date.now(), files };
}

/** The path of the least deep manifest.json without its name; null where there is none. */
function manifestFolder(files: readonly FoundFile[]): string | null {
  const folders = files
    .filter(({ path }) => /(^|\/)manifest\.json$/.test(path))
    .map(({ path }) => path.slice(0, -"manifest.json".length))
    .sort((a, b) => a.split("/").length - b.split("/").length);
  return folders[0] ?? null;
}

async function read(files: ReadonlyMap<string, File>, name: string, most: number): Promise<ArrayBuffer> {
  const file = files.get(name);
  if (!file) throw new Fault("bundle_incomplete", { file: name });
  if (file.size > most) {
    const size = Math.ceil((MOST_BYTES - most + file.size) / 1e6);
    throw new Fault("bundle_too_large", { size: String(size), most: String(MOST_BYTES / 1e6) });
  }
  return file.arrayBuffer();
}

function source(files: ReadonlyMap<string, ArrayBuffer>): BundleSource {
  return {
    get: async (name) => {
      const bytes = files.get(name);
      if (!bytes) throw new Fault("bundle_corrupt", { file: name, detail: "not in the folder" });
      return bytes.slice(0);
    },
  };
}

async function forgetOld(): Promise<void> {
  const all = await entries<string, Kept>(store());
  const old = all.filter(([, { added }]) => Date.now() - added > KEEP_MS).map(([id]) => id);
  await delMany(old, store());
}
