/** The table: a row a clip, its five likeliest signs with the right one marked, how long each stage took. */
import { say } from "../i18n/evaluate";
import { make } from "../page/dom";
import { duration, percent, readable } from "../page/format";
import { type Answered, normalise, type Row, sentence } from "./clip";
import { place } from "./score";

const STAGES = ["decode", "landmarks", "classify"] as const;

export function tableRow(row: Row, known: ReadonlySet<string>): HTMLTableRowElement {
  const heading = make("th", "clip", row.clip);
  heading.scope = "row";
  const { outcome } = row;
  const cells = [heading, make("td", "", ...truth(row, known))];
  if (outcome?.kind === "answer") cells.push(...answer(row, outcome));
  else cells.push(wide(outcome ? "failure" : "quiet", outcome ? sentence(outcome) : say("row.waiting")));
  return make("tr", outcome?.kind ?? "", ...cells);
}

function truth({ truth }: Row, known: ReadonlySet<string>): (Node | string)[] {
  if (truth === null) return [make("span", "quiet", say("row.no_truth"))];
  if (known.has(normalise(truth))) return [readable(truth)];
  return [readable(truth), make("small", "", say("row.unknown"))];
}

function answer(row: Row, { top, ms, kept }: Answered): HTMLTableCellElement[] {
  const right = place(row);
  const list = make("ol", "top");
  for (const [k, { label, probability }] of top.entries()) {
    const hit = k + 1 === right;
    const guess = make("li", hit ? "right" : "", `${readable(label)} `, make("span", "share", percent(probability)));
    if (hit) guess.append(make("span", "out-of-sight", ` (${say("row.right")})`));
    list.append(guess);
  }
  const likeliest = make("td", "", list);
  if (kept) likeliest.append(make("small", "", say("row.kept")));
  return [likeliest, ...STAGES.map((stage) => make("td", "ms", duration(ms[stage])))];
}

function wide(className: string, text: string): HTMLTableCellElement {
  const cell = make("td", className, text);
  cell.colSpan = 1 + STAGES.length;
  return cell;
}
