/** Which bundle a page uses: one of the site's, or one that the visitor brought; chosen for the visit, or by `?bundle=`. */
import { type BundleSource, servedBundle } from "../bundle";
import type { Config } from "../config";

/** `models/default/` (a folder of this site) or `own:<id>` (kept in this browser for the visit). */
export type BundleId = string;

export interface ChosenBundle {
  id: BundleId;
  source: BundleSource;
}

const CHOICE = "cerca.bundle";

/** A folder of this site, not above it and not elsewhere. */
const FOLDER = /^(?!\/)(?!.*\.\.)[\w./-]+\/$/;

export function isOwn(id: BundleId): boolean {
  return id.startsWith("own:");
}

/** The visit's choice; the configured bundle where there is none, or where it is gone. */
export async function chosenBundle(config: Config): Promise<ChosenBundle> {
  const id = choice();
  if (id && isOwn(id)) {
    // Only those who bring a bundle fetch the code that keeps it.
    const { ownBundle } = await import("./own");
    const source = await ownBundle(id);
    if (source) return { id, source };
    choose(null);
  }
  const folder = id && FOLDER.test(id) ? id : config.bundle;
  return { id: folder, source: servedBundle(new URL(folder, document.baseURI)) };
}

/** Takes effect when a page is loaded next. null: the configured one. */
export function choose(id: BundleId | null): void {
  try {
    if (id === null) sessionStorage.removeItem(CHOICE);
    else sessionStorage.setItem(CHOICE, id);
  } catch {
    // Storage is switched off: the configured bundle it is.
  }
}

function choice(): BundleId | null {
  const given = new URLSearchParams(location.search).get("bundle");
  if (given !== null) return given;
  try {
    return sessionStorage.getItem(CHOICE);
  } catch {
    return null;
  }
}

/** The site's bundles, the configured one first. */
export async function servedBundles(config: Config): Promise<BundleId[]> {
  const response = await fetch(new URL("models/index.json", document.baseURI)).catch(() => null);
  const listed = response?.ok ? await response.json().catch(() => []) : [];
  const folders = (Array.isArray(listed) ? listed : []).filter((id) => typeof id === "string" && FOLDER.test(id));
  return [...new Set([config.bundle, ...folders])];
}
