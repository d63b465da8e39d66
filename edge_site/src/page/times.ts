/** How long each stage took, as a table with bars on one scale. */
import type { Recorded } from "../camera/recording";
import type { CloudAnswer } from "../cloud/client";
import { type Key, translate } from "../i18n";
import type { EdgeAnswer } from "../recognise/classifier";
import type { Extracted } from "../recognise/extract";
import { make } from "./dom";
import { decimal, duration } from "./format";

interface Stage {
  name: Key;
  side: "shared" | "edge" | "cloud";
  ms: number;
}

export function timeTable(extracted: Extracted, edge: EdgeAnswer | null, cloud: CloudAnswer | null): HTMLElement {
  const stages = [...sharedStages(extracted), ...edgeStages(edge), ...cloudStages(cloud)];
  return table(stages, total(extracted, edge, cloud));
}

/** The same for a recording, whose landmarks were found while it ran: what is left is what comes after its end. */
export function recordingTable(
  { frames, dropped, duration: seconds, ms }: Recorded,
  edge: EdgeAnswer | null,
  cloud: CloudAnswer | null,
): HTMLElement {
  const last: Stage = { name: "times.last_frame", side: "shared", ms: ms.last_frame };
  const facts = { seconds: decimal(seconds, 1), frames: String(frames), total: duration(ms.stop_to_answer) };
  const sentences = [`${translate("times.recorded", facts)}.`];
  if (dropped) sentences.push(translate("times.dropped", { dropped: String(dropped) }));
  return table([last, ...edgeStages(edge), ...cloudStages(cloud)], make("p", "quiet", sentences.join(" ")));
}

function table(stages: Stage[], summary: HTMLElement): HTMLElement {
  const longest = Math.max(...stages.map(({ ms }) => ms));
  const body = make("tbody", "");
  for (const { name, side, ms } of stages) {
    const bar = make("span", "bar");
    bar.style.setProperty("--share", String(ms / longest));
    const heading = make("th", "", translate(name));
    heading.scope = "row";
    body.append(make("tr", side, heading, make("td", "length", bar), make("td", "ms", duration(ms))));
  }
  return make("div", "", make("h2", "", translate("times.heading")), make("table", "times", body), summary);
}

function sharedStages({ ms }: Extracted): Stage[] {
  return [
    { name: "times.decode", side: "shared", ms: ms.decode },
    { name: "times.landmarks", side: "shared", ms: ms.landmarks },
  ];
}

function edgeStages(answer: EdgeAnswer | null): Stage[] {
  return answer ? [{ name: "times.edge", side: "edge", ms: answer.ms.classify }] : [];
}

function cloudStages(answer: CloudAnswer | null): Stage[] {
  if (!answer) return [];
  const atServer = answer.server.gateway ?? 0;
  return [
    { name: "times.encode", side: "cloud", ms: answer.ms.encode },
    { name: "times.network", side: "cloud", ms: answer.ms.round_trip - atServer },
    { name: "times.server", side: "cloud", ms: atServer },
    { name: "times.parse", side: "cloud", ms: answer.ms.parse },
  ];
}

function total(
  { ms, duration: seconds, frames }: Extracted,
  edge: EdgeAnswer | null,
  cloud: CloudAnswer | null,
): HTMLElement {
  const here = edge && ms.extract + edge.ms.classify;
  const there = cloud && ms.extract + cloud.ms.encode + cloud.ms.round_trip + cloud.ms.parse;
  const facts = { seconds: decimal(seconds, 1), frames: String(frames) };
  const sentence = translate("times.total", { ...facts, total: duration(here ?? there ?? ms.extract) });
  const cloudToo =
    here !== null && there !== null ? `; ${translate("times.total_cloud", { total: duration(there) })}` : "";
  return make("p", "quiet", `${sentence}${cloudToo}.`);
}
