/** Lets the site work offline, from the moment that this visit has what it needs: nothing may compete with the first answer. */

/** Does nothing where the browser or the address (plain HTTP) has no service workers. */
export async function keepForOffline(ready: Promise<unknown>): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  try {
    await ready;
    await navigator.serviceWorker.register(new URL("sw.js", document.baseURI), { updateViaCache: "none" });
  } catch {
    // Not ready, or storage is full or switched off: the site works on, online.
  }
}
