/** What a person does and sees: a clip goes in, its signs and times come out, in the language of choice. */
import { type Config, EDGE_ONLY } from "../config";
import { CercaError, Fault, isAbort } from "../errors";
import { type Key, setLanguage, translate, translateDocument } from "../i18n";
import { keep, recall } from "../probe/memory";
import type { Extracted } from "../recognise/extract";
import type { Recogniser } from "../recognise/recogniser";
import type { Language, Path, Settings } from "../settings";
import { answerList } from "./answers";
import { choice, onDrop } from "./controls";
import { type MeasuredDevice, showDevice } from "./device";
import { byId } from "./dom";
import { percent } from "./format";
import type { Host, LiveView } from "./live";
import { showModel } from "./model_card";
import type { Answers, Result } from "./result";
import { firstSample, offerSamples } from "./samples";
import { Stage } from "./stage";
import { timeTable } from "./times";

export class Page {
  readonly #stage = new Stage();
  #config = EDGE_ONLY;
  #path: Path = "edge";
  #recogniser: Recogniser | null = null;
  readonly #loading: Promise<Recogniser>;
  #device: MeasuredDevice | null = null;
  #probing: AbortController | null = null;
  #running: AbortController | null = null;
  #live: LiveView | null = null;
  /** The camera has been asked for and is not on yet. */
  #opening = false;
  #result: Result | null = null;
  #status: { key: Key; values: Record<string, string> } = { key: "status.loading", values: {} };
  #fault: Fault | null = null;

  /** Usable at once: a clip chosen before everything has been fetched waits for it. */
  constructor(settings: Settings, configured: Promise<Config>, loading: Promise<Recogniser>) {
    this.#loading = loading;
    this.#listen(settings.language);
    this.#render();
    void configured.then((config) => this.#configure(config, settings.path));
    loading.then(
      (recogniser) => {
        this.#recogniser = recogniser;
        this.#stage.use(recogniser.model.manifest.keypoints);
        if (!this.#running) this.#say("status.ready");
        this.#render();
        if (settings.pinned) return;
        const known = recall();
        if (known) this.#knows({ ...known, kept: true });
        else void this.#measure(recogniser);
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #configure(config: Config, path: Path): void {
    this.#config = config;
    if (!config.api) return;
    this.#path = path;
    choice<Path>("path", path, (chosen) => {
      this.#path = chosen;
      this.#render();
    });
    this.#render();
  }

  /** At a first visit, or when asked to: how fast this device is. Gives way to whatever the person does meanwhile. */
  async #measure(recogniser: Recogniser): Promise<void> {
    const probing = new AbortController();
    this.#probing = probing;
    const clip = await firstSample();
    if (!clip || probing.signal.aborted || this.#running || this.#opening || this.#live) return;
    this.#say("status.probing");
    try {
      const { probe } = await import("../probe/probe");
      const device = await probe(recogniser, clip, probing.signal);
      recogniser.fps = device.fps;
      this.#knows({ ...device, kept: keep(device) });
    } catch (error) {
      // It is there to make things faster; where it fails, the defaults do.
      if (!(error instanceof Fault) && !isAbort(error)) throw error;
    }
    if (!probing.signal.aborted) this.#say("status.ready");
  }

  #knows(device: MeasuredDevice): void {
    this.#device = device;
    this.#render();
  }

  async recognise(file: File): Promise<void> {
    this.#probing?.abort();
    this.#running?.abort();
    void this.#closeCamera();
    const running = new AbortController();
    this.#running = running;
    this.#result = null;
    this.#fault = null;
    this.#progress(0);
    this.#render();
    try {
      const recogniser = await this.#loading;
      const extracted = await this.#extract(recogniser, file, running.signal);
      this.#say("status.classifying");
      const answers = await this.#ask(recogniser, extracted.keypoints);
      running.signal.throwIfAborted();
      this.#show({ ...answers, times: () => timeTable(extracted, answers.edge, answers.cloud) });
      this.#say(answers.edge || answers.cloud ? "status.ready" : "status.failed");
      void this.#stage.replay(file, extracted);
    } catch (error) {
      if (this.#running === running) this.#fail(error);
    } finally {
      if (this.#running === running) this.#running = null;
      this.#render();
    }
  }

  #extract(recogniser: Recogniser, file: File, signal: AbortSignal): Promise<Extracted> {
    return recogniser.extract(file, {
      signal,
      onOpen: (facts) => this.#stage.open(facts),
      onFrame: (frame) => this.#stage.showFrame(frame),
      onKeypoints: (keypoints, share) => {
        this.#stage.showKeypoints(keypoints);
        this.#progress(share);
      },
    });
  }

  /** Asks the chosen sides. The cloud's failure must not take the edge's answer with it. */
  async #ask(recogniser: Recogniser, keypoints: Float32Array): Promise<Answers> {
    const edge = this.#path === "cloud" ? null : await recogniser.classify(keypoints);
    if (this.#path === "edge") return { edge, cloud: null, fault: null };
    try {
      return { edge, cloud: await recogniser.predict(keypoints), fault: null };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { edge, cloud: null, fault: error };
    }
  }

  async #openCamera(): Promise<void> {
    this.#probing?.abort();
    this.#running?.abort();
    this.#show(null);
    byId("camera").hidden = true;
    this.#opening = true;
    try {
      const recogniser = await this.#loading;
      const { LiveView } = await import("./live");
      this.#say("camera.opening");
      this.#live = await LiveView.open(recogniser, this.#host(recogniser));
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#opening = false;
    }
    this.#render();
  }

  async #closeCamera(): Promise<void> {
    const live = this.#live;
    this.#live = null;
    await live?.close();
  }

  #host(recogniser: Recogniser): Host {
    return {
      stage: this.#stage,
      say: (key, values) => this.#say(key, values),
      ask: (keypoints) => this.#ask(recogniser, keypoints),
      show: (result) => this.#show(result),
      tell: (error) => this.#tell(error),
      closed: () => (this.#live = null),
    };
  }

  #show(result: Result | null): void {
    this.#result = result;
    this.#fault = result?.fault ?? null;
    this.#render();
  }

  #fail(error: unknown): void {
    this.#stage.close();
    if (isAbort(error)) this.#say("status.cancelled");
    else this.#tell(error);
  }

  /** A failure as a sentence; what is on the stage stays. */
  #tell(error: unknown): void {
    if (!(error instanceof Fault)) throw error;
    this.#fault = error;
    this.#say("status.failed");
    this.#render();
  }

  #say(key: Key, values: Record<string, string> = {}): void {
    this.#status = { key, values };
    byId("status").textContent = translate(key, values);
  }

  #progress(share: number): void {
    byId<HTMLProgressElement>("progress").value = share;
    byId("status").textContent = translate("status.extracting", { percent: percent(Math.round(share * 100) / 100) });
  }

  #render(): void {
    translateDocument(document);
    this.#say(this.#status.key, this.#status.values);
    const api = this.#path === "edge" ? null : this.#config.api;
    byId("promise").textContent = api
      ? translate("promise.cloud", { api: new URL(api).host })
      : translate("promise.edge");
    byId("path-switch").hidden = this.#config.api === null;
    const busy = this.#running !== null;
    byId("cancel").hidden = !busy;
    byId("choosing").hidden = this.#live !== null;
    byId("camera").hidden = this.#live !== null;
    byId("progress").hidden = !busy;
    byId("error").hidden = this.#fault === null;
    byId("error").textContent = this.#fault ? new CercaError(this.#fault).message : "";
    this.#renderResult();
    showDevice(this.#device);
    if (this.#recogniser) showModel(this.#recogniser, this.#result?.cloud?.sha256 ?? null);
  }

  #renderResult(): void {
    const { times, edge, cloud } = this.#result ?? { times: null, edge: null, cloud: null };
    const titled = this.#config.api !== null;
    byId("answers-empty").hidden = edge !== null || cloud !== null;
    this.#live?.render();
    byId("answers").replaceChildren(
      ...(edge ? [answerList("edge", edge.top, titled)] : []),
      ...(cloud ? [answerList("cloud", cloud.top, titled)] : []),
    );
    byId("times").replaceChildren(...(times ? [times()] : []));
  }

  #listen(language: Language): void {
    const recognise = (file: File | undefined) => file && void this.recognise(file);
    const chooser = byId<HTMLInputElement>("chooser");
    chooser.addEventListener("change", () => {
      recognise(chooser.files?.[0]);
      // Choosing the same file once more is a wish to see it once more.
      chooser.value = "";
    });
    onDrop(byId("stage"), recognise);
    byId("cancel").addEventListener("click", () => this.#running?.abort());
    byId("measure").addEventListener("click", () => this.#recogniser && void this.#measure(this.#recogniser));
    byId("camera").addEventListener("click", () => void this.#openCamera());
    byId("camera-off").addEventListener("click", async () => {
      await this.#closeCamera();
      this.#say("camera.off");
      this.#render();
      byId("camera").focus();
    });
    choice<Language>("language", language, (chosen) => {
      setLanguage(chosen);
      this.#render();
    });
    void offerSamples((file) => void this.recognise(file));
  }
}
