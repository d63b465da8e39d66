/** `/config.json`: where the API and the bundle are. A host without one is edge only. */

export interface Config {
  /** Address of the cloud path, or null. */
  api: string | null;
  /** Folder of the model bundle, relative to the page. */
  bundle: string;
}

export const EDGE_ONLY: Config = { api: null, bundle: "models/default/" };

export async function loadConfig(): Promise<Config> {
  try {
    const response = await fetch(new URL("config.json", document.baseURI));
    return response.ok ? { ...EDGE_ONLY, ...((await response.json()) as Partial<Config>) } : EDGE_ONLY;
  } catch {
    // A static host may answer with its own page instead of 404: nothing to configure either way.
    return EDGE_ONLY;
  }
}
