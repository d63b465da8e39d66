/** Files -> clips with their truth: a label file (CSV) wins, else the folder that a clip lies in names its sign. */
import Papa from "papaparse";
import { Fault } from "../errors";
import type { LabelledClip } from "./clip";
import type { FoundFile } from "../page/files";

const CLIP = /\.(mp4|webm|mov|mkv|m4v|avi|ogv)$/i;
const LABEL_FILE = /\.csv$/i;
const TRUTH_COLUMNS = ["label", "gloss"];

export interface Labelled {
  /** Sorted by name. */
  clips: LabelledClip[];
  /** Path of the label file that was used; null: folder names. */
  labelFile: string | null;
  /** Clips that the label file does not mention; they are not run. */
  unlisted: number;
}

/** Raises `labels_unreadable` (a label file without the right columns) and `no_clips`. */
export async function labelled(files: readonly FoundFile[]): Promise<Labelled> {
  const clips = files.filter(({ path }) => CLIP.test(path));
  const labelFile = findLabelFile(files);
  const result = labelFile ? await fromLabelFile(labelFile, clips) : fromFolders(clips);
  if (!result.clips.length) throw new Fault("no_clips", {});
  result.clips.sort((a, b) => (a.name < b.name ? -1 : 1));
  return result;
}

function fromFolders(clips: readonly FoundFile[]): Labelled {
  const named = clips.map(({ path, file }) => ({ name: path, file, truth: path.split("/").at(-2) ?? null }));
  return { clips: named, labelFile: null, unlisted: 0 };
}

/** `manifest.csv` if there is one, the least deep; else the only CSV there is. */
function findLabelFile(files: readonly FoundFile[]): FoundFile | null {
  const tables = files
    .filter(({ path }) => LABEL_FILE.test(path))
    .sort((a, b) => a.path.split("/").length - b.path.split("/").length);
  const manifest = tables.find(({ path }) => path.split("/").at(-1) === "manifest.csv");
  return manifest ?? (tables.length === 1 ? (tables[0] as FoundFile) : null);
}

async function fromLabelFile({ path, file }: FoundFile, clips: readonly FoundFile[]): Promise<Labelled> {
  const { data, meta } = Papa.parse<Record<string, string>>(await file.text(), {
    header: true,
    skipEmptyLines: "greedy",
    transformHeader: (name) => name.trim().toLowerCase(),
  });
  const columns = meta.fields ?? [];
  const truthColumn = TRUTH_COLUMNS.find((name) => columns.includes(name));
  if (!columns.includes("clip") || !truthColumn) {
    throw new Fault("labels_unreadable", { file: path, columns: columns.join(", ") || "-" });
  }
  const find = finder(path, clips);
  const listed = new Map<string, LabelledClip>();
  for (const row of data) {
    const name = row["clip"]?.trim();
    if (!name) continue;
    const truth = row[truthColumn]?.trim() || null;
    const before = listed.get(name);
    if (before && before.truth !== truth) throw new Fault("labels_contradict", { file: path, clip: name });
    listed.set(name, { name, file: find(name), truth });
  }
  const used = new Set([...listed.values()].map((clip) => clip.file));
  const unlisted = clips.filter((clip) => !used.has(clip.file)).length;
  return { clips: [...listed.values()], labelFile: path, unlisted };
}

/** By path beside the label file, else by file name where only one clip has it: clips may be chosen without their folder. */
function finder(labelFile: string, clips: readonly FoundFile[]): (name: string) => File | null {
  const folder = labelFile.split("/").slice(0, -1);
  const byPath = new Map(clips.map(({ path, file }) => [path, file]));
  // null: several clips have that name.
  const byName = new Map<string, File | null>();
  for (const { file } of clips) byName.set(file.name, byName.has(file.name) ? null : file);
  return (name) => {
    const parts = name.split(/[\\/]/).filter((part) => part !== ".");
    return byPath.get([...folder, ...parts].join("/")) ?? byName.get(parts.at(-1) ?? "") ?? null;
  };
}
