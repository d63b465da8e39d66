/** The running transcript: signs as they are recognised, doubts marked as such, to be copied or cleared. */
import { Continuous } from "../camera/continuous";
import { type Key, translate } from "../i18n";
import type { Recogniser } from "../recognise/recogniser";
import type { Entry } from "../segment/transcript";
import { byId, make } from "./dom";
import { percent, readable } from "./format";
import type { Host } from "./live";

export class TranscriptView {
  readonly #host: Host;
  readonly #continuous: Continuous;
  #shown = false;
  #running = false;
  /** Entries that stand in the list already: a screen reader says only what is added. */
  #written: readonly Entry[] = [];

  constructor(recogniser: Recogniser, host: Host, signal: AbortSignal) {
    this.#host = host;
    this.#continuous = new Continuous(recogniser, () => this.#update());
    byId("copy").addEventListener("click", () => void this.#copy(), { signal });
    byId("clear").addEventListener("click", () => this.#clear(), { signal });
  }

  show(): void {
    this.#shown = true;
    this.render();
  }

  hide(): void {
    this.#shown = false;
    this.#running = false;
    byId("transcript").hidden = true;
    entitle("answers.heading");
  }

  begin(): void {
    this.#running = true;
    this.#update();
  }

  end(): void {
    this.#running = false;
    this.#update();
  }

  see(keypoints: Float32Array, time: number, aspect: number): void {
    this.#continuous.see(keypoints, time, aspect);
  }

  /** Everything anew, in the page's language of the moment. */
  render(): void {
    if (!this.#shown) return;
    byId("transcript").hidden = false;
    entitle("transcript.label");
    byId("answers-empty").hidden = true;
    byId("entries").replaceChildren();
    this.#written = [];
    this.#update();
  }

  #update(): void {
    const { entries } = this.#continuous.transcript;
    const list = byId("entries");
    const kept = this.#written.filter((entry) => entries.includes(entry));
    for (let gone = this.#written.length - kept.length; gone > 0; gone--) list.firstElementChild?.remove();
    list.append(...entries.slice(kept.length).map(line));
    this.#written = entries;
    list.lastElementChild?.scrollIntoView({ block: "nearest" });
    byId("transcript-empty").hidden = entries.length > 0;
    byId("signing").textContent = this.#running
      ? translate(this.#continuous.signing ? "transcript.signing" : "transcript.resting")
      : "";
  }

  async #copy(): Promise<void> {
    const words = this.#continuous.transcript.entries.map(word);
    try {
      await navigator.clipboard.writeText(words.join(" "));
      this.#host.say("transcript.copied");
    } catch {
      // Older browsers, and pages without permission.
      this.#host.say("transcript.not_copied");
    }
  }

  #clear(): void {
    this.#continuous.transcript.clear();
    this.#update();
  }
}

function entitle(key: Key): void {
  const heading = byId("answers-heading");
  heading.dataset.i18n = key;
  heading.textContent = translate(key);
}

function word({ kind, label }: Entry): string {
  return kind === "sign" ? readable(label) : `(${translate("transcript.uncertain")})`;
}

function line(entry: Entry): HTMLElement {
  if (entry.kind === "uncertain") return make("li", "uncertain", translate("transcript.uncertain"));
  return make("li", "", make("span", "gloss", word(entry)), make("span", "share", percent(entry.probability)));
}
