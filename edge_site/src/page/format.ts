/** Numbers as the page's language writes them, and glosses without their file-name dress. */
import { language } from "../i18n";

/** 0.84 ms, 13 ms, 2.4 s */
export function duration(ms: number): string {
  if (ms >= 1000) return `${decimal(ms / 1000, 1)} s`;
  return `${decimal(ms, ms < 10 ? 2 : 0)} ms`;
}

export function percent(share: number): string {
  return new Intl.NumberFormat(language(), { style: "percent", maximumFractionDigits: share < 0.1 ? 1 : 0 }).format(
    share,
  );
}

export function decimal(value: number, digits: number): string {
  return new Intl.NumberFormat(language(), { maximumFractionDigits: digits }).format(value);
}

/** thank-you, all_done -> thank you, all done */
export function readable(label: string): string {
  return label.replaceAll(/[_-]/g, " ");
}
