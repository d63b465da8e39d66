/** The lower half: our landmarkers beside the legacy one, fetched when it is first asked for. */
import { Fault } from "../errors";
import { say } from "../i18n/benchmark";
import { byId } from "../page/dom";
import { save } from "../page/download";
import { decimal } from "../page/format";
import type { Recogniser } from "../recognise/recogniser";
import type { Contender } from "./contenders";
import type { FramePlan, LandmarkerBench } from "./landmarkers";
import { Section, started } from "./section";
import { landmarkerRows, ratioOfMedians } from "./tables";

/** What `holistic/` is over the wire, gzip. */
const LEGACY_MB = 21.7;
const WARMUP_FRAMES = 3;

export interface LandmarkersReport {
  schema: 1;
  /** ISO 8601, UTC. */
  created: string;
  clip: string;
  plan: FramePlan;
  environment: { browser: string; cores: number; isolated: boolean };
  /** Milliseconds of each frame. */
  times: Partial<Record<Contender, number[]>>;
}

export class LandmarkersSection {
  readonly #section = new Section("landmarkers");
  readonly #load: () => Promise<Recogniser>;
  #bench: Promise<LandmarkerBench> | null = null;
  #report: LandmarkersReport | null = null;

  /** @param load makes the recogniser; called only when something is to be measured, and again only where it failed */
  constructor(load: () => Promise<Recogniser>) {
    this.#load = load;
    const chooser = byId<HTMLInputElement>("landmarkers-clip");
    chooser.addEventListener("change", () => {
      const file = chooser.files?.[0];
      if (file) started(this.run(file, this.#plan()));
      chooser.value = "";
    });
    byId("landmarkers-sample").addEventListener("click", () =>
      started(this.#section.busy ? Promise.resolve() : sample().then((file) => this.run(file, this.#plan()))),
    );
    byId("landmarkers-json").addEventListener("click", () =>
      save("landmarkers.json", JSON.stringify(this.#report, null, 1)),
    );
  }

  /** null while another run lasts. Raises what `extract` raises, `landmarker_failed`, AbortError. */
  async run(file: File, plan: FramePlan): Promise<LandmarkersReport | null> {
    if (this.#section.busy) return null;
    this.#report = null;
    this.render();
    return this.#section.run(async (signal, onProgress) => {
      const times = await (await this.bench()).perFrame(file, plan, signal, onProgress);
      this.#report = {
        schema: 1,
        created: new Date().toISOString(),
        clip: file.name,
        plan,
        environment: {
          browser: navigator.userAgent,
          cores: navigator.hardwareConcurrency,
          isolated: crossOriginIsolated,
        },
        times,
      };
      this.render();
      return this.#report;
    });
  }

  /** Ours and the legacy one's code: neither is fetched before it is needed. */
  bench(): Promise<LandmarkerBench> {
    if (!this.#bench) {
      this.#bench = Promise.all([this.#load(), import("./landmarkers")]).then(
        ([recogniser, { LandmarkerBench }]) => new LandmarkerBench(recogniser),
      );
      // What could not be fetched now may be there the next time.
      this.#bench.catch(() => {
        this.#bench = null;
      });
    }
    return this.#bench;
  }

  render(): void {
    this.#section.render();
    byId("landmarkers-explain").textContent = say("landmarkers.explain", { size: decimal(LEGACY_MB, 0) });
    byId("landmarkers-result").hidden = this.#report === null;
    if (!this.#report) return;
    const { clip, times } = this.#report;
    byId("landmarkers-caption").textContent = say("landmarkers.caption", { clip, warmup: String(WARMUP_FRAMES) });
    byId("landmarkers-rows").replaceChildren(...landmarkerRows(times));
    const ratio = ratioOfMedians(times);
    byId("landmarkers-ratio").textContent =
      ratio === null ? "" : say("landmarkers.ratio", { ratio: decimal(ratio, 2) });
  }

  #plan(): FramePlan {
    const frames = Math.max(1, Math.trunc(Number(byId<HTMLInputElement>("frames").value)) || 1);
    const gl = byId<HTMLInputElement>("gl").checked;
    return { frames, warmup: WARMUP_FRAMES, contenders: ["ours", "legacy_cpu", ...(gl ? ["legacy_gl" as const] : [])] };
  }
}

/** The first of the clips that come with the site. */
async function sample(): Promise<File> {
  const folder = new URL("samples/", document.baseURI);
  const index = await fetch(new URL("index.json", folder)).catch(() => null);
  const [first] = index?.ok ? ((await index.json()) as { file: string }[]) : [];
  if (!first) throw new Fault("no_clips");
  return new File([await (await fetch(new URL(first.file, folder))).blob()], first.file);
}
