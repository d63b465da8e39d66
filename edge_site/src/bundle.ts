/** The model bundle (docs/contracts.md, "Model bundle"): fetched from this site, used only when its SHA-256 is the manifest's. */
import { Fault, reason } from "./errors";
import { twice } from "./workers/fetching";

export type KeypointSource =
  | { name: string; part: "pose" | "left_hand" | "right_hand"; index: number }
  | { name: string; part: "midpoint"; of: [string, string] };

export interface Manifest {
  schema_version: number;
  name: string;
  labels: string[];
  keypoints: KeypointSource[];
  input: { name: string; min_frames?: number; max_frames: number };
  output: { name: string };
  files: Record<string, { sha256: string; bytes: number; precision: string }>;
  default_file: string;
}

export interface Model {
  manifest: Manifest;
  file: string;
  sha256: string;
  bytes: ArrayBuffer;
}

/** Where a bundle's files come from: a folder of this site, or one that the visitor brought. */
export interface BundleSource {
  /** Content of the file of that name, beside the manifest; `cache` is for what is fetched. Raises `bundle_corrupt`. */
  get(file: string, cache?: RequestCache): Promise<ArrayBuffer>;
}

const SCHEMA_VERSION = 1;

/** How many landmarks MediaPipe finds in each part. */
const LANDMARKS: Record<string, number> = { pose: 33, left_hand: 21, right_hand: 21 };

export function servedBundle(base: URL): BundleSource {
  return { get: (file, cache) => get(new URL(file, base), cache) };
}

/** Fetches `file` (null: the default) of the bundle. Raises `bundle_corrupt`. */
export async function loadModel(source: BundleSource, file: string | null): Promise<Model> {
  const manifest = await loadManifest(source);
  return loadModelFile(source, manifest, file ?? manifest.default_file);
}

/** The bundle's manifest, checked. Raises `bundle_corrupt`. */
export async function loadManifest(source: BundleSource): Promise<Manifest> {
  const text = new TextDecoder().decode(await source.get("manifest.json"));
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch (error) {
    throw new Fault("bundle_corrupt", { file: "manifest.json", detail: "JSON" }, { cause: error });
  }
  return checkManifest(manifest);
}

/**
 * One model file of the bundle, its SHA-256 checked against the manifest. One that is damaged is fetched once more: it may
 * be the browser's copy that is. Raises `bundle_corrupt`.
 */
export async function loadModelFile(source: BundleSource, manifest: Manifest, file: string): Promise<Model> {
  const entry = manifest.files[file];
  if (!entry) throw new Fault("bundle_corrupt", { file, detail: "not in manifest.json" });
  return twice(async (cache) => {
    const bytes = await source.get(file, cache);
    const digest = await sha256(bytes);
    if (digest !== entry.sha256) throw new Fault("bundle_corrupt", { file, detail: `SHA-256 ${digest.slice(0, 12)}` });
    return { manifest, file, sha256: digest, bytes };
  });
}

/** What the page relies on must be there: a visitor's own bundle may be anything. The detail names the field. */
function checkManifest(value: unknown): Manifest {
  const { schema_version, name, labels, keypoints, input, output, files, default_file } = record(value, "");
  check(schema_version === SCHEMA_VERSION, `schema_version ${schema_version}`);
  check(typeof name === "string", "name");
  check(isList(labels) && labels.length > 0 && labels.every((label) => typeof label === "string"), "labels");
  check(isList(keypoints) && keypoints.length > 0, "keypoints");
  checkKeypoints(keypoints as unknown[]);
  const { name: inputName, max_frames } = record(input, "input");
  check(typeof inputName === "string" && Number.isInteger(max_frames) && Number(max_frames) > 0, "input");
  check(typeof record(output, "output")["name"] === "string", "output");
  for (const [file, entry] of Object.entries(record(files, "files"))) {
    const { sha256, bytes } = record(entry, `files.${file}`);
    // A name and no path: it must not lead out of the bundle's folder.
    check(/^[\w.-]+$/.test(file) && typeof sha256 === "string" && typeof bytes === "number", `files.${file}`);
  }
  check(typeof default_file === "string", "default_file");
  return value as Manifest;
}

function checkKeypoints(keypoints: unknown[]): void {
  const sources = keypoints.map((source, k) => record(source, `keypoints[${k}]`));
  const names = new Set(sources.map(({ name }) => name));
  for (const [k, { name, part, index, of }] of sources.entries()) {
    const known =
      part === "midpoint"
        ? isList(of) && of.length === 2 && of.every((end) => names.has(end))
        : Number.isInteger(index) && Number(index) >= 0 && Number(index) < (LANDMARKS[String(part)] ?? 0);
    check(typeof name === "string" && known, `keypoints[${k}]`);
  }
}

function record(value: unknown, field: string): Record<string, unknown> {
  check(typeof value === "object" && value !== null && !isList(value), field || "not an object");
  return value as Record<string, unknown>;
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

function check(holds: boolean, detail: string): void {
  if (!holds) throw new Fault("bundle_corrupt", { file: "manifest.json", detail });
}

async function get(url: URL, cache: RequestCache = "default"): Promise<ArrayBuffer> {
  const file = url.pathname.split("/").at(-1) ?? url.pathname;
  try {
    const response = await fetch(url, { cache });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return await response.arrayBuffer();
  } catch (error) {
    throw new Fault("bundle_corrupt", { file, detail: reason(error) }, { cause: error });
  }
}

/** SHA-256 of `bytes` as 64 hexadecimal digits. */
export async function sha256(bytes: ArrayBuffer): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).reduce(
    (text, byte) => text + byte.toString(16).padStart(2, "0"),
    "",
  );
}
