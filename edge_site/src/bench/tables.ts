/** Raw times -> rows of the page's tables. */
import { CercaError, Fault } from "../errors";
import { language } from "../i18n";
import { say } from "../i18n/benchmark";
import { make } from "../page/dom";
import { decimal } from "../page/format";
import { CONTENDERS, type Contender } from "./contenders";
import type { Result } from "./run";
import { describe, quantile } from "./statistics";

export function modelRow({ file, backend, measured, fault }: Result): HTMLTableRowElement {
  const heading = make("th", "", file);
  heading.scope = "row";
  if (measured) heading.append(make("small", "", say("models.size", { size: decimal(measured.bytes / 1000, 0) })));
  const named = make("td", "", say(`backend.${backend.provider}`, { threads: String(backend.threads) }));
  if (measured?.times.length) return make("tr", "", heading, named, ...figures(measured.times));
  const { code, values } = fault ?? { code: "classifier_failed" as const, values: { detail: "0" } };
  const sentence = make("td", "failure", new CercaError(new Fault(code, values)).message);
  sentence.colSpan = 7;
  return make("tr", "", heading, named, sentence);
}

export function landmarkerRows(times: Partial<Record<Contender, number[]>>): HTMLTableRowElement[] {
  return CONTENDERS.flatMap((contender) => {
    const own = times[contender];
    if (!own?.length) return [];
    const heading = make("th", "", say(`landmarkers.${contender}`));
    heading.scope = "row";
    return [make("tr", "", heading, ...figures(own))];
  });
}

/** Holistic at its best setting / ours; null where one of them is missing. */
export function ratioOfMedians({ ours, legacy_cpu }: Partial<Record<Contender, number[]>>): number | null {
  if (!ours?.length || !legacy_cpu?.length) return null;
  return median(legacy_cpu) / median(ours);
}

function median(times: readonly number[]): number {
  return quantile(
    [...times].sort((a, b) => a - b),
    0.5,
  );
}

function figures(times: readonly number[]): HTMLTableCellElement[] {
  const { mean, sd, median, min, p90, p99, max, n } = describe(times);
  const ms = (value: number | null) => (value === null ? "–" : fixed(value, value < 10 ? 3 : 1));
  return [`${ms(mean)} ± ${ms(sd)}`, ms(median), ms(min), ms(p90), ms(p99), ms(max), String(n)].map((text) =>
    make("td", "ms", text),
  );
}

/** With as many digits in every row, so that a column can be read down. */
function fixed(value: number, digits: number): string {
  const format = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(language(), format).format(value);
}
