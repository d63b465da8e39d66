/** An evaluation as a file: JSON with everything, CSV with a line a clip. */
import Papa from "papaparse";
import { type Answered, normalise, type Row, sentence } from "./clip";
import { place, type Summary } from "./score";

export interface Report {
  schema: 1;
  /** ISO 8601, UTC. */
  created: string;
  model: { name: string; file: string; sha256: string };
  settings: { fps: number; delegate: string; threads: number };
  environment: { browser: string; cores: number; isolated: boolean };
  versions: Record<string, string>;
  summary: Summary;
  rows: ReportRow[];
}

export interface ReportRow {
  clip: string;
  truth: string | null;
  /** Whether the model knows a sign of that name. */
  known: boolean;
  /** Place of the truth among the likeliest signs, from 1. */
  place: number | null;
  answer: Answered | null;
  failure: { code: string; message: string } | null;
}

export function detailed(rows: readonly Row[], labels: readonly string[]): ReportRow[] {
  const known = new Set(labels.map(normalise));
  return rows.map((row) => {
    const { clip, truth, outcome } = row;
    return {
      clip,
      truth,
      known: truth !== null && known.has(normalise(truth)),
      place: place(row),
      answer: outcome?.kind === "answer" ? outcome : null,
      failure: outcome?.kind === "failure" ? { code: outcome.code, message: sentence(outcome) } : null,
    };
  });
}

const PLACES = [1, 2, 3, 4, 5];

/** Milliseconds in the `_ms` columns. Cells that a spreadsheet would take for a formula are escaped. */
export function toCsv(rows: readonly ReportRow[]): string {
  const lines = rows.map(({ clip, truth, known, place, answer, failure }) => {
    return {
      clip,
      truth,
      known,
      place,
      ...Object.fromEntries(
        PLACES.flatMap((n) => [
          [`top${n}`, answer?.top[n - 1]?.label],
          [`probability${n}`, answer?.top[n - 1]?.probability],
        ]),
      ),
      frames: answer?.frames,
      extract_ms: answer?.ms.extract,
      decode_ms: answer?.ms.decode,
      landmarks_ms: answer?.ms.landmarks,
      classify_ms: answer?.ms.classify,
      inference_ms: answer?.ms.inference,
      kept: answer?.kept,
      sha256: answer?.sha256,
      failure: failure?.code,
      message: failure?.message,
    };
  });
  return `${Papa.unparse(lines, { newline: "\n", escapeFormulae: true })}\n`;
}
