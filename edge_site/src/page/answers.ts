/** The five likeliest signs as bars, one list for each side that answered. */
import type { Guess } from "../cloud/client";
import { translate } from "../i18n";
import { make } from "./dom";
import { percent, readable } from "./format";

export type Side = "edge" | "cloud";

/** @param titled whether to say which side the list is from: needed as soon as there can be two */
export function answerList(side: Side, top: readonly Guess[], titled: boolean): HTMLElement {
  const list = make("ol", "guesses");
  for (const { label, probability } of top) {
    const bar = make("span", "bar");
    bar.style.setProperty("--share", String(probability));
    list.append(
      make("li", "", make("span", "gloss", readable(label)), make("span", "share", percent(probability)), bar),
    );
  }
  const block = make("div", `answer ${side}`, list);
  if (titled) block.prepend(make("h3", "", translate(`answers.${side}`)));
  return block;
}
