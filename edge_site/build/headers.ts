/** Serves headers.json from `vite preview`, edge only, so that development meets the policy that visitors meet. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Plugin } from "vite";

export function readHeaders(api = ""): Record<string, string> {
  const file = resolve(import.meta.dirname, "../headers.json");
  return JSON.parse(readFileSync(file, "utf8").replaceAll("{api}", api)) as Record<string, string>;
}

export function headersPlugin(): Plugin {
  return {
    name: "cerca:headers",
    config: () => ({ preview: { headers: readHeaders(), host: "127.0.0.1" }, server: { host: "127.0.0.1" } }),
  };
}
