import { loadConfig } from "./config";
import { setLanguage } from "./i18n";
import { makeInstrument } from "./instrument";
import { Recogniser } from "./recognise/recogniser";
import { readSettings } from "./settings";

const settings = readSettings(location.search, navigator.languages);
setLanguage(settings.language);
const loading = loadConfig().then((config) => Recogniser.load(config, settings));
const input = document.querySelector<HTMLInputElement>("#clip")!;
window.cerca = makeInstrument(loading, () => input.files?.[0]);
