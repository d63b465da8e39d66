/** The links between the site's pages: the page one is on is marked, and the chosen language goes along. */
import { language } from "../i18n";

export function linkPages(): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("nav.pages a")) {
    const target = new URL(link.href);
    target.searchParams.set("lang", language());
    link.href = target.href;
    if (target.pathname === location.pathname) link.setAttribute("aria-current", "page");
  }
}
