/** Starts the benchmark page, and `window.cercaBench` for a driver. */
import { loadManifest } from "../bundle";
import { loadConfig } from "../config";
import { spoken } from "../errors";
import { setLanguage, translateDocument } from "../i18n";
import "../i18n/benchmark";
import { chosenBundle } from "../library/bundles";
import { Library } from "../library/picker";
import { choice } from "../page/controls";
import { byId } from "../page/dom";
import { droppedFiles } from "../page/files";
import { linkPages } from "../page/nav";
import { Recogniser } from "../recognise/recogniser";
import { type Language, readSettings } from "../settings";
import type { ClipAnswer, FramePlan } from "./landmarkers";
import { type LandmarkersReport, LandmarkersSection } from "./landmarkers_section";
import { type ModelsReport, ModelsSection } from "./models_section";
import type { Plan } from "./plan";

/** Rejects with a CercaError: `{code, message}`. A file defaults to the one in `<input id="clip">`. Times are milliseconds. */
export interface BenchInstrument {
  models(plan: Plan): Promise<ModelsReport | null>;
  landmarkers(plan: FramePlan, file?: File): Promise<LandmarkersReport | null>;
  /** Clip handed over -> answer, our way or the legacy one's. */
  answer(way: "ours" | "legacy_cpu" | "legacy_gl", file?: File): Promise<ClipAnswer>;
}

declare global {
  interface Window {
    cercaBench: BenchInstrument;
  }
}

const settings = readSettings(location.search, navigator.languages);
setLanguage(settings.language);

const configured = loadConfig();
const library = configured.then((config) => new Library(byId("library"), config));
const bundle = configured.then(async (config) => {
  const { source } = await chosenBundle(config);
  return { source, manifest: await loadManifest(source) };
});
bundle.catch(() => undefined);
const models = new ModelsSection(bundle);
const landmarkers = new LandmarkersSection(async () => Recogniser.load(await configured, settings));

function render(): void {
  translateDocument(document);
  linkPages();
  models.render();
  landmarkers.render();
}

choice<Language>("language", settings.language, (chosen) => {
  setLanguage(chosen);
  render();
});
render();

document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  const files = event.dataTransfer && droppedFiles(event.dataTransfer.items);
  if (files) void files.then(async (found) => (await library).bring(found));
});

const chosen = () => byId<HTMLInputElement>("clip").files?.[0] as File;

async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw spoken(error);
  }
}

window.cercaBench = {
  models: (plan) => told(models.run(plan)),
  landmarkers: (plan, file = chosen()) => told(landmarkers.run(file, plan)),
  answer: (way, file = chosen()) =>
    told(landmarkers.bench().then((bench) => (way === "ours" ? bench.ours(file) : bench.legacy(file, way)))),
};
