/** The model bundle (docs/contracts.md, "Model bundle"): fetched from this site, used only when its SHA-256 is the manifest's. */
import { Fault, reason } from "./errors";

export type KeypointSource =
  | { name: string; part: "pose" | "left_hand" | "right_hand"; index: number }
  | { name: string; part: "midpoint"; of: [string, string] };

export interface Manifest {
  schema_version: number;
  name: string;
  labels: string[];
  keypoints: KeypointSource[];
  input: { name: string; max_frames: number };
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

const SCHEMA_VERSION = 1;

/** Fetches `file` (null: the default) of the bundle at `base`. Raises `bundle_corrupt`. */
export async function loadModel(base: URL, file: string | null): Promise<Model> {
  const manifest = JSON.parse(new TextDecoder().decode(await get(new URL("manifest.json", base)))) as Manifest;
  if (manifest.schema_version !== SCHEMA_VERSION) {
    throw new Fault("bundle_corrupt", { file: "manifest.json", detail: `schema ${manifest.schema_version}` });
  }
  const name = file ?? manifest.default_file;
  const entry = manifest.files[name];
  if (!entry) throw new Fault("bundle_corrupt", { file: name, detail: "not in manifest.json" });
  const bytes = await get(new URL(name, base));
  const digest = await sha256(bytes);
  if (digest !== entry.sha256) {
    throw new Fault("bundle_corrupt", { file: name, detail: `SHA-256 ${digest.slice(0, 12)}` });
  }
  return { manifest, file: name, sha256: digest, bytes };
}

async function get(url: URL): Promise<ArrayBuffer> {
  const file = url.pathname.split("/").at(-1) ?? url.pathname;
  try {
    const response = await fetch(url);
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
