/** Spanish and English: every sentence the page says, by key. */
import type { Language } from "../settings";
import { en } from "./en";
import { es } from "./es";

export type Key = keyof typeof en;

const SENTENCES: Record<Language, Record<Key, string>> = { en, es };

let current: Language = "en";

export function language(): Language {
  return current;
}

export function setLanguage(next: Language): void {
  current = next;
}

/** The sentence under `key` in the page's language, its `{placeholders}` filled from `values`. */
export function translate(key: Key, values: Record<string, string> = {}): string {
  return SENTENCES[current][key].replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** Fills every element that names its sentence in `data-i18n` (text) or `data-i18n-label` (aria-label). */
export function translateDocument(root: Document): void {
  root.documentElement.lang = current;
  root.title = translate("title");
  for (const element of root.querySelectorAll<HTMLElement>("[data-i18n]")) {
    element.textContent = translate(element.dataset.i18n as Key);
  }
  for (const element of root.querySelectorAll<HTMLElement>("[data-i18n-label]")) {
    element.setAttribute("aria-label", translate(element.dataset.i18nLabel as Key));
  }
}
