/** What the model is and knows: its file, its signs, and its SHA-256 on each side that was asked. */
import { translate } from "../i18n";
import type { Recogniser } from "../recognise/recogniser";
import { byId, make } from "./dom";
import { readable } from "./format";

export function showModel(recogniser: Recogniser, cloudSha256: string | null): void {
  const { file, sha256, manifest } = recogniser.model;
  byId("model-facts").textContent = translate("model.facts", {
    file: `${manifest.name} / ${file}`,
    classes: String(manifest.labels.length),
    threads: String(recogniser.threads),
  });
  const signs = manifest.labels.map(readable).join(", ");
  byId("vocabulary").textContent = translate("how.vocabulary", { signs });
  const hashes = byId("model-hashes");
  hashes.replaceChildren(...hash("model.here", sha256));
  if (cloudSha256) {
    const same = cloudSha256 === sha256;
    hashes.append(...hash("model.cloud", cloudSha256));
    hashes.append(make("dd", same ? "same" : "different", translate(same ? "model.same" : "model.different")));
  }
  byId("model").hidden = false;
}

function hash(name: "model.here" | "model.cloud", sha256: string): HTMLElement[] {
  return [make("dt", "", translate(name)), make("dd", "hash", sha256)];
}
