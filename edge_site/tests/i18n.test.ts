import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { en } from "../src/i18n/en";
import { es } from "../src/i18n/es";
import { sentences as benchmark } from "../src/i18n/benchmark";
import { sentences as evaluate } from "../src/i18n/evaluate";
import { sentences as library } from "../src/i18n/library";

const placeholders = (sentence: string) => [...sentence.matchAll(/\{\w+\}/g)].map(String).sort();
const read = (page: string) => readFileSync(new URL(`../${page}`, import.meta.url), "utf8");

type Sentences = Record<string, string>;
const ENGLISH: Sentences = { ...en, ...evaluate.en, ...benchmark.en, ...library.en };
const SPANISH: Sentences = { ...es, ...evaluate.es, ...benchmark.es, ...library.es };
const PAGES: Record<string, Sentences> = {
  "index.html": en,
  "evaluate.html": { ...en, ...evaluate.en },
  "benchmark.html": { ...en, ...benchmark.en },
};

describe("the sentences", () => {
  it.each(Object.keys(ENGLISH))("%s says the same in both languages, with the same values", (key) => {
    expect(Object.keys(SPANISH)).toContain(key);
    expect(placeholders(SPANISH[key] as string)).toEqual(placeholders(ENGLISH[key] as string));
    expect(SPANISH[key]).not.toBe("");
  });

  it.each(Object.keys(PAGES))("are all that %s asks for", (page) => {
    const asked = [...read(page).matchAll(/data-i18n(?:-label)?="([^"]+)"/g)];
    expect(asked.length).toBeGreaterThan(10);
    for (const [, key] of asked) expect(Object.keys(PAGES[page] as Sentences)).toContain(key);
  });

  it("of failures are one sentence each", () => {
    for (const sentences of [en, es]) {
      for (const [key, sentence] of Object.entries(sentences)) {
        if (key.startsWith("error.")) expect(sentence.replace(/\{\w+\}/g, "x")).toMatch(/^([^.!?]|\.(?=\w))+\.$/);
      }
    }
  });
});
