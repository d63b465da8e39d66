/** The links between the site's pages: the page one is on is marked, and the chosen language goes along. */
import { language, withSentences } from "../i18n";

withSentences({
  en: {
    "nav.label": "Pages",
    "nav.recognise": "Recognise",
    "nav.evaluate": "Evaluate",
    "nav.benchmark": "Benchmark",
  },
  es: {
    "nav.label": "Páginas",
    "nav.recognise": "Reconocer",
    "nav.evaluate": "Evaluar",
    "nav.benchmark": "Medir",
  },
});

export function linkPages(): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("nav.pages a")) {
    const target = new URL(link.href);
    target.searchParams.set("lang", language());
    link.href = target.href;
    if (target.pathname === location.pathname) link.setAttribute("aria-current", "page");
  }
}
