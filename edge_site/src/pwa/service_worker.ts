/**
 * Service worker: the site works without a network after the first visit, recognition included.
 *
 * What is kept is what the build lists, each file with its SHA-256 (`build/pwa.ts`), in one cache a build. It is filled
 * after the page is ready; large files come from the browser's own cache, so that the first visit is not paid for twice.
 *
 * - A file with a hash in its name never changes: it comes from the cache. Its bytes are checked, and fetched anew where
 *   they are damaged.
 * - Everything else comes from the network, so that a new version is seen at once; from the cache where the network
 *   fails or is slow.
 * - What is not listed is none of this worker's business: samples, `/config.json`, the API, the benchmark's baseline.
 */

interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

/** The little of ServiceWorkerGlobalScope that is used: TypeScript's own library for it contradicts the page's. */
interface Scope {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
}

const scope = self as unknown as Scope;

/** Path below the site's folder -> SHA-256. Filled in by the build. */
const FILES = JSON.parse("__FILES__") as Record<string, string>;
const PREFIX = "cerca-site-";
const CACHE = `${PREFIX}__VERSION__`;

/** Where Vite puts files whose names carry a hash of their content. */
const HASHED = /^assets\//;

/** Never fetched twice for one visit: what the browser did not cache is kept when the next visit fetches it. */
const LARGE = /\.(task|wasm)$/;

/** Damage here would give wrong landmarks and no error, so these are checked before use; damaged code fails, or is mended later. */
const SILENT = /\.task$/;

/** Checking code first would cost the browser's own cache of what it compiled: a seventh of a second visit. */
const CHECK_AFTER_MS = 5000;
const checked = new Set<string>();

/** A network that takes longer for a small file is as good as none. */
const SLOW_MS = 3000;

/** Downloads at a time while the cache is filled. */
const AT_A_TIME = 4;

scope.addEventListener("install", (event) => event.waitUntil(install()));
scope.addEventListener("activate", (event) => event.waitUntil(activate()));
scope.addEventListener("fetch", (event) => {
  const path = listedPath(event.request);
  if (path === null) return;
  event.respondWith(HASHED.test(path) ? fromCache(path, event) : fromNetwork(path, event.request));
});

/** The listed file that a request is for; null where it is none of ours. */
function listedPath({ method, url }: Request): string | null {
  const [folder, address] = [new URL(scope.registration.scope), new URL(url)];
  if (method !== "GET" || address.origin !== folder.origin || !address.pathname.startsWith(folder.pathname))
    return null;
  const path = address.pathname.slice(folder.pathname.length) || "index.html";
  return Object.hasOwn(FILES, path) ? path : null;
}

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  const waiting = Object.keys(FILES);
  const work = async () => {
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) await fill(cache, path);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  await scope.skipWaiting();
}

/** Old caches go, and open pages are served at once: names with hashes keep their versions apart. */
async function activate(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)),
  );
  await scope.clients.claim();
}

/** Puts one file into the cache: from an older version's cache if it is the same, else as the browser has or gets it. */
async function fill(cache: Cache, path: string): Promise<void> {
  const url = absolute(path);
  const old = await caches.match(url);
  if (old && (await isIntact(old.clone(), path))) return cache.put(url, old);
  const response = LARGE.test(path) ? await fetchedBefore(path) : await fetchIntact(path);
  if (response) await cache.put(url, response);
}

/** The file from the browser's own cache; null where that has none, as in private windows, whose cache is small. */
async function fetchedBefore(path: string): Promise<Response | null> {
  try {
    const response = await fetch(absolute(path), { cache: "only-if-cached", mode: "same-origin" });
    return response.ok && (await isIntact(response.clone(), path)) ? response : null;
  } catch {
    return null;
  }
}

/** Raises when the site does not have the file that the build listed: then this version is not installed. */
async function fetchIntact(path: string): Promise<Response> {
  for (const cache of ["default", "reload"] as const) {
    const response = await fetch(absolute(path), { cache });
    if (response.ok && (await isIntact(response.clone(), path))) return response;
  }
  throw new Error(`${path} is not the file that this version of the site was built with`);
}

async function fromCache(path: string, event: FetchEvent): Promise<Response> {
  const kept = event.request.cache === "reload" ? null : await (await caches.open(CACHE)).match(absolute(path));
  if (!kept) return fetchAndKeep(path);
  if (!SILENT.test(path)) {
    event.waitUntil(checkLater(path));
    return kept;
  }
  const bytes = await kept.arrayBuffer();
  return (await sha256(bytes)) === FILES[path] ? new Response(bytes, kept) : fetchAndKeep(path);
}

async function fetchAndKeep(path: string): Promise<Response> {
  const response = await fetchIntact(path);
  await (await caches.open(CACHE)).put(absolute(path), response.clone());
  return response;
}

/** Once in the worker's life, when the page has had time to start. */
async function checkLater(path: string): Promise<void> {
  if (checked.has(path)) return;
  checked.add(path);
  await new Promise((done) => setTimeout(done, CHECK_AFTER_MS));
  const kept = await caches.match(absolute(path));
  if (kept && !(await isIntact(kept, path))) await fetchAndKeep(path);
}

async function fromNetwork(path: string, request: Request): Promise<Response> {
  const kept = async () => (await caches.open(CACHE)).match(absolute(path));
  const network = fetch(request);
  const late = new Promise<null>((done) => setTimeout(() => done(null), SLOW_MS));
  try {
    const response = await Promise.race([network, late]);
    if (response && response.status < 500) return response;
  } catch {
    return (await kept()) ?? Response.error();
  }
  return (await kept()) ?? network;
}

function absolute(path: string): string {
  return new URL(path, scope.registration.scope).href;
}

async function isIntact(response: Response, path: string): Promise<boolean> {
  return (await sha256(await response.arrayBuffer())) === FILES[path];
}

async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
