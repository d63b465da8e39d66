/** The upper half: the thesis's benchmark for every model of the bundle. */
import type { BundleSource, Manifest } from "../bundle";
import { say } from "../i18n/benchmark";
import { byId } from "../page/dom";
import { save } from "../page/download";
import { type Plan, readPlan, THESIS } from "./plan";
import { backendsHere, type Result, runBenchmark } from "./run";
import { Section, started } from "./section";
import { describe, type Statistics } from "./statistics";
import { modelRow } from "./tables";

/** Model files that ONNX Runtime Web can load. */
const MODEL_FILE = /\.(onnx|ort)$/;

export interface ModelsReport {
  schema: 1;
  /** ISO 8601, UTC. */
  created: string;
  bundle: string;
  plan: Plan;
  environment: { browser: string; cores: number; isolated: boolean; gpu: string | null };
  results: (Result & { statistics: Statistics | null })[];
}

export class ModelsSection {
  readonly #section = new Section("models");
  readonly #bundle: Promise<{ source: BundleSource; manifest: Manifest }>;
  readonly #here = backendsHere();
  #gpu: string | null | undefined;
  #report: ModelsReport | null = null;

  constructor(bundle: Promise<{ source: BundleSource; manifest: Manifest }>) {
    this.#bundle = bundle;
    this.#field("shape").value = THESIS.shape.join(", ");
    this.#field("warmup").value = String(THESIS.warmup);
    this.#field("runs").value = String(THESIS.runs);
    byId("models-form").addEventListener("submit", (event) => {
      event.preventDefault();
      const plan = readPlan(this.#field("shape").value, this.#field("warmup").value, this.#field("runs").value);
      if (plan) started(this.run(plan));
      else this.#section.refuse("models.bad_plan");
    });
    byId("models-json").addEventListener("click", () => save("benchmark.json", JSON.stringify(this.#report, null, 1)));
    void this.#here.then(({ gpu }) => {
      this.#gpu = gpu;
      this.render();
    });
  }

  /** null while another run lasts. Raises `bundle_corrupt`, AbortError; a model that cannot be run has its `fault` in the report. */
  async run(plan: Plan): Promise<ModelsReport | null> {
    if (this.#section.busy) return null;
    this.#report = null;
    this.render();
    return this.#section.run(async (signal, onProgress) => {
      const [{ source, manifest }, { backends, gpu }] = await Promise.all([this.#bundle, this.#here]);
      const files = Object.keys(manifest.files).filter((file) => MODEL_FILE.test(file));
      const results = await runBenchmark(source, manifest, files, backends, plan, signal, onProgress);
      this.#report = {
        schema: 1,
        created: new Date().toISOString(),
        bundle: manifest.name,
        plan,
        environment: {
          browser: navigator.userAgent,
          cores: navigator.hardwareConcurrency,
          isolated: crossOriginIsolated,
          gpu,
        },
        results: results.map((result) => ({
          ...result,
          statistics: result.measured ? describe(result.measured.times) : null,
        })),
      };
      this.render();
      return this.#report;
    });
  }

  render(): void {
    this.#section.render();
    const notes = crossOriginIsolated ? [] : [say("models.not_isolated")];
    if (this.#gpu === null) notes.push(say("models.no_gpu"));
    else if (this.#gpu) notes.push(say("models.gpu", { gpu: this.#gpu }));
    byId("models-notes").textContent = notes.join(" ");
    byId("models-result").hidden = this.#report === null;
    if (!this.#report) return;
    const { plan, results } = this.#report;
    byId("models-caption").textContent = say("models.caption", {
      shape: plan.shape.join(", "),
      warmup: String(plan.warmup),
      runs: String(plan.runs),
    });
    byId("models-rows").replaceChildren(...results.map(modelRow));
  }

  #field(name: string): HTMLInputElement {
    return byId<HTMLInputElement>(name);
  }
}
