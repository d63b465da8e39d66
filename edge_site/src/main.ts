/** Starts loading everything at once, and shows the page meanwhile. */
import { loadConfig } from "./config";
import { setLanguage } from "./i18n";
import { makeInstrument } from "./instrument";
import { byId } from "./page/dom";
import { linkPages } from "./page/nav";
import { Page } from "./page/page";
import { recall } from "./probe/memory";
import { keepForOffline } from "./pwa/register";
import { Recogniser } from "./recognise/recogniser";
import { readSettings } from "./settings";

const settings = readSettings(location.search, navigator.languages, recall());
setLanguage(settings.language);

const configured = loadConfig();
const loading = configured.then((config) => Recogniser.load(config, settings));
window.cerca = makeInstrument(loading, () => byId<HTMLInputElement>("clip").files?.[0]);
new Page(settings, configured, loading);
void keepForOffline(loading);

linkPages();
document.addEventListener("change", linkPages);
// Whether or not the chosen model works: another can then be chosen.
void loading
  .catch(() => undefined)
  .then(async () => {
    const { Library } = await import("./library/picker");
    new Library(byId("library"), await configured);
  });
