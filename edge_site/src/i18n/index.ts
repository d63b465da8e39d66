/** Spanish and English: every sentence the page says, by key. */
import type { Language } from "../settings";
import { en } from "./en";
import { es } from "./es";

export type Key = keyof typeof en;

const SENTENCES: Record<Language, Record<string, string>> = { en: { ...en }, es: { ...es } };

let current: Language = "en";

export function language(): Language {
  return current;
}

export function setLanguage(next: Language): void {
  current = next;
}

/** The sentence under `key` in the page's language, its `{placeholders}` filled from `values`. */
export function translate(key: Key, values: Record<string, string> = {}): string {
  return fill(SENTENCES[current][key] ?? key, values);
}

/** Adds the sentences of one page, so that the others need not fetch them; returns that page's `translate`. */
export function withSentences<K extends string>(own: Record<Language, Record<K, string>>) {
  Object.assign(SENTENCES.en, own.en);
  Object.assign(SENTENCES.es, own.es);
  return (key: K, values: Record<string, string> = {}) => fill(own[current][key], values);
}

function fill(sentence: string, values: Record<string, string>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
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
