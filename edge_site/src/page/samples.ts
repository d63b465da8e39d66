/** The clips that come with the site, as buttons. */
import { byId, make } from "./dom";
import { readable } from "./format";

interface Sample {
  file: string;
  label: string;
}

/** Shows a button a clip; a site without clips shows nothing. */
export async function offerSamples(onPick: (file: File) => void): Promise<void> {
  const samples = await listed();
  const shelf = byId("samples");
  for (const sample of samples) {
    const button = make("button", "chip", readable(sample.label));
    button.type = "button";
    button.addEventListener("click", async () => onPick(await fetched(sample)));
    shelf.append(button);
  }
  shelf.hidden = samples.length === 0;
}

/** The first of the clips, for whoever needs any; null where the site has none, or the network is gone. */
export async function firstSample(): Promise<File | null> {
  const [first] = await listed();
  return first ? fetched(first).catch(() => null) : null;
}

async function listed(): Promise<Sample[]> {
  const response = await fetch(address("index.json")).catch(() => null);
  return response?.ok ? ((await response.json()) as Sample[]) : [];
}

async function fetched({ file }: Sample): Promise<File> {
  const clip = await (await fetch(address(file))).blob();
  return new File([clip], file, { type: `video/${file.split(".").at(-1)}` });
}

function address(file: string): URL {
  return new URL(`samples/${file}`, document.baseURI);
}
