/** What a person does and sees on the evaluate page: a folder goes in, a table and its score come out. */
import { CercaError, Fault, isAbort } from "../errors";
import { setLanguage, translateDocument } from "../i18n";
import { type EvaluateKey, say } from "../i18n/evaluate";
import { looksLikeBundle } from "../library/own";
import { choice } from "../page/controls";
import { byId } from "../page/dom";
import { save } from "../page/download";
import { linkPages } from "../page/nav";
import type { Recogniser } from "../recognise/recogniser";
import type { Language, Settings } from "../settings";
import { normalise, type Row } from "./clip";

import { chosenFiles, droppedFiles, type FoundFile } from "../page/files";
import { type Labelled, labelled } from "./labels";
import { detailed, type Report, toCsv } from "./report";
import { Run } from "./run";
import { summarise } from "./score";
import { forget, recallPlan } from "./store";
import { showSummary } from "./summary";
import { tableRow } from "./table";

export class EvaluatePage {
  readonly #loading: Promise<Recogniser>;
  readonly #bring: (files: FoundFile[]) => Promise<void>;
  #recogniser: Recogniser | null = null;
  #labelled: Labelled | null = null;
  #run: Run | null = null;
  #rows: Row[] = [];
  #running: AbortController | null = null;
  /** What is still going on of the run before: two would read clips at once. */
  #settled: Promise<unknown> = Promise.resolve();
  #status: { key: EvaluateKey; values: Record<string, string> } = { key: "evaluate.loading", values: {} };
  #notes: EvaluateKey[] = [];
  #fault: Fault | null = null;

  /** @param bring takes a dropped folder that is a model bundle */
  constructor({ language }: Settings, loading: Promise<Recogniser>, bring: (files: FoundFile[]) => Promise<void>) {
    this.#loading = loading;
    this.#bring = bring;
    this.#listen(language);
    this.#render();
    loading.then(
      (recogniser) => this.#ready(recogniser),
      (error: unknown) => this.#fail(error),
    );
  }

  /** Evaluates `files` and returns the report. Raises AbortError and Faults that end a run. */
  async evaluate(files: readonly FoundFile[]): Promise<Report> {
    this.#running?.abort();
    this.#fault = null;
    const recogniser = await this.#loading;
    await this.#settled;
    this.#labelled = await labelled(files);
    this.#notes = [];
    this.#run = new Run(this.#labelled.clips, recogniser, this.#recipe(recogniser), {
      onShare: (share) => this.#progress(share),
      onRow: (row, index) => this.#showRow(row, index),
      onNotKept: () => this.#note("evaluate.not_kept"),
    });
    this.#rows = this.#run.rows;
    return this.proceed();
  }

  /** Goes on with what is not done; after a cancelled run, or one that failed. */
  async proceed(): Promise<Report> {
    if (!this.#run) throw new Fault("no_clips", {});
    const running = new AbortController();
    this.#running = running;
    this.#fault = null;
    this.#say("evaluate.running", { clips: String(this.#rows.length) });
    this.#render();
    try {
      const turn = this.#run.proceed(running.signal);
      this.#settled = turn.catch(() => undefined);
      await turn;
      this.#say("evaluate.finished", { clips: String(this.#rows.length) });
    } finally {
      if (this.#running === running) this.#running = null;
      this.#render();
    }
    return this.report();
  }

  cancel(): void {
    this.#running?.abort();
  }

  report(): Report {
    if (!this.#recogniser) throw new Fault("classifier_failed", { detail: "not loaded" });
    const { model, fps, settings, threads, runtimeVersion } = this.#recogniser;
    const { name, labels } = model.manifest;
    return {
      schema: 1,
      created: new Date().toISOString(),
      model: { name, file: model.file, sha256: model.sha256 },
      settings: { fps, delegate: settings.delegate, threads },
      environment: {
        browser: navigator.userAgent,
        cores: navigator.hardwareConcurrency,
        isolated: crossOriginIsolated,
      },
      versions: { "onnxruntime-web": runtimeVersion, ...__VERSIONS__ },
      summary: summarise(this.#rows, labels),
      rows: detailed(this.#rows, labels),
    };
  }

  /** What an answer depends on besides the clip. */
  #recipe({ model, fps, settings, runtimeVersion }: Recogniser): string {
    const { "@mediapipe/tasks-vision": mediapipe } = __VERSIONS__;
    return `${model.sha256} ${fps} fps, ${settings.delegate}, tasks-vision ${mediapipe}, onnxruntime-web ${runtimeVersion}`;
  }

  async #ready(recogniser: Recogniser): Promise<void> {
    this.#recogniser = recogniser;
    if (!this.#running) this.#say("evaluate.ready");
    this.#render();
    // Storage may be switched off: then there is no last run.
    const last = await recallPlan().catch(() => null);
    if (!last || this.#run) return;
    const { plan, outcomes } = last;
    this.#rows = plan.clips.map(({ name, truth }, k) => ({ clip: name, truth, outcome: outcomes[k] ?? null }));
    const done = outcomes.filter((outcome) => outcome !== null).length;
    if (done < this.#rows.length) {
      this.#say("evaluate.unfinished", { done: String(done), clips: String(this.#rows.length) });
    }
    if (plan.recipe !== this.#recipe(recogniser)) this.#note("evaluate.other_recipe");
    this.#render();
  }

  /** Starts what a person asked for; its failure is theirs to read. */
  #start(work: () => Promise<unknown>): void {
    void work().catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    if (isAbort(error)) {
      if (this.#running) return;
      this.#say("evaluate.cancelled", { done: this.#done(), clips: String(this.#rows.length) });
    } else if (error instanceof Fault) {
      this.#fault = error;
      this.#say("evaluate.failed");
    } else throw error;
    this.#render();
  }

  #done(): string {
    return String(this.#rows.filter(({ outcome }) => outcome !== null).length);
  }

  #say(key: EvaluateKey, values: Record<string, string> = {}): void {
    this.#status = { key, values };
    byId("status").textContent = say(key, values);
  }

  #note(key: EvaluateKey): void {
    if (!this.#notes.includes(key)) this.#notes.push(key);
    this.#render();
  }

  /** @param share of the clip being read, 0 to 1 */
  #progress(share: number): void {
    const done = Number(this.#done());
    byId<HTMLProgressElement>("progress").value = (done + share) / Math.max(1, this.#rows.length);
    byId("count").textContent = say("evaluate.count", { done: String(done), clips: String(this.#rows.length) });
  }

  #showRow(row: Row, index: number): void {
    byId("rows").children[index]?.replaceWith(tableRow(row, this.#known));
    this.#progress(0);
    this.#showSummary();
  }

  get #known(): ReadonlySet<string> {
    return new Set(this.#recogniser?.model.manifest.labels.map(normalise));
  }

  #showSummary(): void {
    if (this.#recogniser) showSummary(summarise(this.#rows, this.#recogniser.model.manifest.labels));
  }

  #render(): void {
    translateDocument(document);
    linkPages();
    this.#say(this.#status.key, this.#status.values);
    const busy = this.#running !== null;
    const unfinished = this.#run?.rows.some(({ outcome }) => outcome === null) ?? false;
    byId("cancel").hidden = !busy;
    byId("continue").hidden = busy || !unfinished;
    byId("progress").hidden = !busy;
    byId("count").hidden = !busy;
    byId("forget").hidden = busy || this.#rows.length === 0;
    byId("error").hidden = this.#fault === null;
    byId("error").textContent = this.#fault ? new CercaError(this.#fault).message : "";
    byId("notes").textContent = [...this.#labelNotes(), ...this.#notes.map((key) => say(key))].join(" ");
    byId("result").hidden = this.#rows.length === 0;
    byId("rows").replaceChildren(...this.#rows.map((row) => tableRow(row, this.#known)));
    this.#progress(0);
    this.#showSummary();
  }

  #labelNotes(): string[] {
    if (!this.#labelled) return [];
    const { labelFile, unlisted } = this.#labelled;
    const source = labelFile ? say("evaluate.label_file", { file: labelFile }) : say("evaluate.folder_names");
    return unlisted ? [source, say("evaluate.unlisted", { count: String(unlisted) })] : [source];
  }

  #listen(language: Language): void {
    for (const id of ["folder", "files"]) {
      const chooser = byId<HTMLInputElement>(id);
      chooser.addEventListener("change", () => {
        const found = chooser.files ? chosenFiles(chooser.files) : [];
        if (found.length) this.#start(() => this.evaluate(found));
        chooser.value = "";
      });
    }
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      const items = event.dataTransfer?.items;
      if (!items?.length) return;
      const dropped = droppedFiles(items);
      this.#start(async () => {
        const files = await dropped;
        return looksLikeBundle(files) ? this.#bring(files) : this.evaluate(files);
      });
    });
    byId("cancel").addEventListener("click", () => this.cancel());
    byId("continue").addEventListener("click", () => this.#start(() => this.proceed()));
    byId("forget").addEventListener("click", () => this.#start(() => this.#forget()));
    byId("json").addEventListener("click", () => save("evaluation.json", JSON.stringify(this.report(), null, 1)));
    byId("csv").addEventListener("click", () => save("evaluation.csv", toCsv(this.report().rows)));
    choice<Language>("language", language, (chosen) => {
      setLanguage(chosen);
      this.#render();
    });
  }

  async #forget(): Promise<void> {
    await forget().catch(() => undefined);
    this.#run = null;
    this.#labelled = null;
    this.#rows = [];
    this.#notes = [];
    this.#say("evaluate.forgotten");
    this.#render();
  }
}
