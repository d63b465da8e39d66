/** The clips that come with the site, as buttons. */
import { byId, make } from "./dom";
import { readable } from "./format";

interface Sample {
  file: string;
  label: string;
}

/** Shows a button a clip; a site without clips shows nothing. */
export async function offerSamples(onPick: (file: File) => void): Promise<void> {
  const folder = new URL("samples/", document.baseURI);
  const response = await fetch(new URL("index.json", folder)).catch(() => null);
  const samples = response?.ok ? ((await response.json()) as Sample[]) : [];
  const shelf = byId("samples");
  for (const { file, label } of samples) {
    const button = make("button", "chip", readable(label));
    button.type = "button";
    button.addEventListener("click", async () => {
      const clip = await (await fetch(new URL(file, folder))).blob();
      onPick(new File([clip], file, { type: `video/${file.split(".").at(-1)}` }));
    });
    shelf.append(button);
  }
  shelf.hidden = samples.length === 0;
}
