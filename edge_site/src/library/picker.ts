/** Choosing a model: a list of the site's bundles, and a door for one's own. A choice loads the page again with it. */
import type { Config } from "../config";
import { CercaError, Fault } from "../errors";
import { translateDocument } from "../i18n";
import { say } from "../i18n/library";
import { make } from "../page/dom";
import { chosenFiles, type FoundFile } from "../page/files";
import { readable } from "../page/format";
import { type BundleId, choose, chosenBundle, isOwn, servedBundles } from "./bundles";
import { bringBundle, ownName } from "./own";
import "./library.css";

export class Library {
  readonly #select = make("select", "");
  readonly #error = make("p", "error");
  #fault: Fault | null = null;
  #own: string | null = null;

  /** Fills `place`, an empty section. */
  constructor(place: HTMLElement, config: Config) {
    const chooser = Object.assign(make("input", "out-of-sight"), { id: "own-bundle", type: "file" });
    chooser.webkitdirectory = true;
    chooser.addEventListener("change", () => {
      if (chooser.files?.length) void this.bring(chosenFiles(chooser.files));
      chooser.value = "";
    });
    this.#select.id = "bundle";
    this.#select.addEventListener("change", () => use(this.#select.value));
    this.#error.id = "library-error";
    this.#error.setAttribute("role", "alert");
    const heading = named(make("h2", ""), "library.heading");
    heading.id = "library-heading";
    place.classList.add("library");
    place.setAttribute("aria-labelledby", heading.id);
    place.append(
      heading,
      make(
        "div",
        "actions",
        make("label", "pick", named(make("span", ""), "library.bundle"), this.#select),
        make("label", "button second", chooser, named(make("span", ""), "library.bring")),
      ),
      named(make("p", "quiet"), "library.explain"),
      this.#error,
    );
    // Bubbles up after the page has changed its language.
    document.addEventListener("change", () => this.#render());
    this.#render();
    translateDocument(document);
    void this.#list(config);
  }

  /** Checks a bundle and loads the page again with it; tells what is wrong with it otherwise. */
  async bring(files: readonly FoundFile[]): Promise<void> {
    this.#fault = null;
    try {
      use(await bringBundle(files));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#fault = error;
    }
    this.#render();
  }

  async #list(config: Config): Promise<void> {
    const [{ id: chosen }, served] = await Promise.all([chosenBundle(config), servedBundles(config)]);
    this.#own = isOwn(chosen) ? await ownName(chosen) : null;
    const ids = served.includes(chosen) ? served : [chosen, ...served];
    this.#select.replaceChildren(...ids.map((id) => Object.assign(make("option", ""), { value: id })));
    this.#select.value = chosen;
    this.#render();
  }

  #render(): void {
    for (const option of this.#select.options) option.textContent = this.#name(option.value);
    this.#error.hidden = this.#fault === null;
    this.#error.textContent = this.#fault ? new CercaError(this.#fault).message : "";
  }

  #name(id: BundleId): string {
    return isOwn(id) ? say("library.own", { name: this.#own ?? "?" }) : readable(id.split("/").at(-2) ?? id);
  }
}

function use(id: BundleId): void {
  choose(id);
  const address = new URL(location.href);
  // They would win over the choice: the bundle itself, and a file that the next bundle may not have.
  for (const parameter of ["bundle", "model"]) address.searchParams.delete(parameter);
  if (address.href === location.href) location.reload();
  else location.assign(address);
}

function named<T extends HTMLElement>(element: T, key: string): T {
  element.dataset["i18n"] = key;
  return element;
}
