/** The figures above the table: Top-1 and Top-5 with interval and n, and what was counted apart. */
import { say } from "../i18n/evaluate";
import { byId, make } from "../page/dom";
import { percent } from "../page/format";
import type { Share, Summary } from "./score";

export function showSummary({ top1, top5, unknown, unlabelled, failed }: Summary): void {
  const apart = (
    [
      ["evaluate.unknown", unknown],
      ["evaluate.unlabelled", unlabelled],
      ["evaluate.broken", failed],
    ] as const
  ).filter(([, count]) => count > 0);
  byId("figures").replaceChildren(figure(say("evaluate.top1"), top1), figure(say("evaluate.top5"), top5));
  byId("apart").replaceChildren(
    ...apart.flatMap(([key, count]) => [make("dt", "", say(key)), make("dd", "", String(count))]),
  );
  byId("apart-note").hidden = apart.length === 0;
}

function figure(name: string, share: Share | null): HTMLElement {
  if (!share) return make("div", "", make("dt", "", name), make("dd", "quiet", say("evaluate.no_share")));
  const [low, high] = share.interval95.map(percent) as [string, string];
  return make(
    "div",
    "",
    make("dt", "", name),
    make("dd", "figure", percent(share.share)),
    make("dd", "quiet", say("evaluate.share", { hits: String(share.hits), n: String(share.n), low, high })),
  );
}
