/** Starts the evaluate page, and `window.cerca` with `evaluate`, `cancel` and `report` beside its other methods. */
import { loadConfig } from "../config";
import { spoken } from "../errors";
import { setLanguage } from "../i18n";
import { type Instrument, makeInstrument } from "../instrument";
import { Library } from "../library/picker";
import { byId } from "../page/dom";
import { chosenFiles } from "../page/files";
import { keepForOffline } from "../pwa/register";
import { Recogniser } from "../recognise/recogniser";
import { readSettings } from "../settings";
import { EvaluatePage } from "./page";
import type { Report } from "./report";

/** What a driver needs besides the recognise page's instrument. Rejects as it does, with `{code, message}`. */
export interface EvaluateInstrument extends Instrument {
  /** Default: the folder in `<input id="clips">`, which starts nothing by itself. */
  evaluate(list?: FileList): Promise<Report>;
  cancel(): void;
  /** As far as the run has come. */
  report(): Report;
}

const settings = readSettings(location.search, navigator.languages);
setLanguage(settings.language);

const configured = loadConfig();
const loading = configured.then((config) => Recogniser.load(config, settings));
const library = configured.then((config) => new Library(byId("library"), config));
const page = new EvaluatePage(settings, loading, async (files) => (await library).bring(files));
const clips = () => byId<HTMLInputElement>("clips").files as FileList;

const instrument: EvaluateInstrument = {
  ...makeInstrument(loading, () => clips()[0]),
  evaluate: (list = clips()) =>
    page.evaluate(chosenFiles(list)).catch((error: unknown) => {
      throw spoken(error);
    }),
  cancel: () => page.cancel(),
  report: () => page.report(),
};
window.cerca = instrument;
void keepForOffline(loading);
