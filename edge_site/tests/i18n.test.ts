import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { en } from "../src/i18n/en";
import { es } from "../src/i18n/es";

const placeholders = (sentence: string) => [...sentence.matchAll(/\{\w+\}/g)].map(String).sort();
const page = readFileSync(new URL("../index.html", import.meta.url), "utf8");

describe("the sentences", () => {
  it.each(Object.keys(en) as (keyof typeof en)[])("%s says the same in both languages, with the same values", (key) => {
    expect(Object.keys(es)).toContain(key);
    expect(placeholders(es[key])).toEqual(placeholders(en[key]));
    expect(es[key]).not.toBe("");
  });

  it("are all that the page asks for", () => {
    for (const [, key] of page.matchAll(/data-i18n(?:-label)?="([^"]+)"/g)) expect(Object.keys(en)).toContain(key);
  });

  it("of failures are one sentence each", () => {
    for (const sentences of [en, es]) {
      for (const [key, sentence] of Object.entries(sentences)) {
        if (key.startsWith("error.")) expect(sentence.replace(/\{\w+\}/g, "x")).toMatch(/^([^.!?]|\.(?=\d))+\.$/);
      }
    }
  });
});
