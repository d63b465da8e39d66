/** The camera as a person meets it: preview and advice, countdown, recording, answer. Loaded when the camera is first asked for. */
import { FramingGuide, type Framing } from "../camera/framing";
import { RaisedHands } from "../camera/raised_hands";
import { CameraSession } from "../camera/session";
import { Fault } from "../errors";
import { type Key, translate } from "../i18n";
import type { Seen } from "../recognise/landmarkers";
import type { Recogniser } from "../recognise/recogniser";
import { choice } from "./controls";
import { byId } from "./dom";
import "./live.css";
import type { Answers, Result } from "./result";
import type { Stage } from "./stage";
import { recordingTable } from "./times";
import { TranscriptView } from "./transcript";

/** What the page does for the camera's part of it. */
export interface Host {
  stage: Stage;
  say(key: Key, values?: Record<string, string>): void;
  ask(keypoints: Float32Array): Promise<Answers>;
  /** Shows a result, or clears the last one away, and with it any failure. */
  show(result: Result | null): void;
  /** Shows a failure; the camera stays on. */
  tell(error: unknown): void;
  /** The camera went off by itself. */
  closed(): void;
}

type State = "idle" | "counting" | "recording" | "answering" | "following";
type Mode = "one" | "continuous";

const BUTTON: Record<State, Key> = {
  idle: "camera.start",
  counting: "cancel",
  recording: "camera.stop",
  answering: "camera.start",
  following: "camera.stop",
};

/** Advice that changes sooner than this would flicker, and a screen reader would never finish it. */
const STEADY_S = 0.7;

/** What the hands take to come up from the sign to where they are held: no part of the sign. */
const RISING_S = 0.4;

export class LiveView {
  readonly #host: Host;
  readonly #guide: FramingGuide;
  readonly #raised: RaisedHands;
  /** Seconds. */
  readonly #countdown: number;
  readonly #listening = new AbortController();
  readonly #transcript: TranscriptView;
  #session!: CameraSession;
  #mode: Mode = "one";
  #state: State = "idle";
  #timer = 0;
  #framing: { now: Framing | null; since: number; told: Framing | null } = { now: null, since: 0, told: null };

  private constructor(recogniser: Recogniser, host: Host) {
    this.#host = host;
    this.#countdown = recogniser.settings.countdown;
    this.#transcript = new TranscriptView(recogniser, host, this.#listening.signal);
    this.#guide = new FramingGuide(recogniser.model.manifest.keypoints);
    this.#raised = new RaisedHands(recogniser.model.manifest.keypoints);
  }

  /** Camera on. Raises `no_camera`, `camera_refused`, `camera_busy`. */
  static async open(recogniser: Recogniser, host: Host): Promise<LiveView> {
    const view = new LiveView(recogniser, host);
    try {
      view.#session = await CameraSession.open(recogniser, host.stage.openLive(), {
        onSeen: (seen, time, size) => view.#see(seen, time, size),
        onLost: (fault) => view.#lose(fault),
        onFull: () => void view.#stop("camera.full"),
      });
    } catch (error) {
      host.stage.close();
      throw error;
    }
    view.#listen();
    view.#enter("idle");
    byId("live-controls").hidden = false;
    byId("keys").hidden = false;
    byId("record").focus();
    return view;
  }

  /** Camera off; resolves when a clip can be read. */
  async close(): Promise<void> {
    this.#putAway();
    await this.#session.close();
  }

  /** In the page's language of the moment. */
  render(): void {
    this.#transcript.render();
  }

  #putAway(): void {
    this.#listening.abort();
    this.#enter("idle");
    this.#transcript.hide();
    byId("guide").toggleAttribute("hidden", true);
    byId("live-controls").hidden = true;
    byId("keys").hidden = true;
    this.#host.stage.close();
  }

  /** @param until seconds of the stream at which the sign was over, where it is known */
  #toggle(until?: number): void {
    if (this.#state === "idle" && this.#mode === "continuous") this.#follow();
    else if (this.#state === "following") this.#rest();
    else if (this.#state === "idle") this.#startCounting();
    else if (this.#state === "recording") void this.#stop("status.ready", until);
    else if (this.#state === "counting") this.#cancel();
  }

  #choose(mode: Mode): void {
    if (this.#state !== "idle") this.#cancel();
    this.#mode = mode;
    if (mode === "one") this.#transcript.hide();
    else {
      this.#host.show(null);
      this.#transcript.show();
    }
  }

  #follow(): void {
    this.#transcript.begin();
    this.#enter("following");
    this.#host.say("camera.following");
  }

  #rest(): void {
    this.#transcript.end();
    this.#enter("idle");
    this.#host.say("status.ready");
  }

  #startCounting(): void {
    this.#host.show(null);
    this.#host.say("camera.countdown", { seconds: String(this.#countdown) });
    this.#enter("counting");
    this.#count(this.#countdown);
  }

  #count(seconds: number): void {
    if (seconds === 0) {
      this.#record();
      return;
    }
    byId("counter").textContent = String(seconds);
    this.#timer = window.setTimeout(() => this.#count(seconds - 1), 1000);
  }

  #record(): void {
    this.#session.record();
    this.#enter("recording");
    this.#host.say("camera.recording");
    const start = performance.now();
    const tick = () => {
      byId("counter").textContent = `● ${Math.round((performance.now() - start) / 1000)} s`;
      this.#timer = window.setTimeout(tick, 1000);
    };
    tick();
  }

  async #stop(then: Key, until?: number): Promise<void> {
    if (this.#state !== "recording") return;
    this.#enter("answering");
    this.#host.say("status.classifying");
    try {
      const { recorded, answer } = await this.#session.stop((keypoints) => this.#host.ask(keypoints), until);
      this.#host.show({ ...answer, times: () => recordingTable(recorded, answer.edge, answer.cloud) });
      this.#host.say(answer.edge || answer.cloud ? then : "status.failed");
    } catch (error) {
      this.#host.tell(error);
    } finally {
      if (!this.#listening.signal.aborted) this.#enter("idle");
    }
  }

  /** Countdown or recording, dropped; otherwise the camera itself. */
  #cancel(): void {
    if (this.#state === "idle") {
      byId("camera-off").click();
      return;
    }
    if (this.#state === "answering") return;
    if (this.#state === "following") {
      this.#rest();
      return;
    }
    this.#session.abandon();
    this.#enter("idle");
    this.#host.say("status.cancelled");
  }

  #enter(state: State): void {
    clearTimeout(this.#timer);
    this.#state = state;
    const button = byId("record");
    button.dataset.i18n = BUTTON[state];
    button.textContent = translate(button.dataset.i18n as Key);
    byId("guide").toggleAttribute("hidden", state === "recording" || state === "following");
    const counter = byId("counter");
    counter.hidden = state !== "counting" && state !== "recording";
    counter.classList.toggle("recording", state === "recording");
  }

  #see({ keypoints }: Seen, time: number, size: { width: number; height: number }): void {
    if (this.#state === "following") this.#transcript.see(keypoints, time, size.width / size.height);
    this.#host.stage.showLive(keypoints, size);
    this.#heed(this.#raised.see(keypoints, time));
    const framing = this.#guide.judge(keypoints);
    if (framing !== this.#framing.now) this.#framing = { ...this.#framing, now: framing, since: time };
    if (framing === this.#framing.told || time - this.#framing.since < STEADY_S || this.#state !== "idle") return;
    this.#framing.told = framing;
    byId("guide").classList.toggle("good", framing === "good");
    this.#host.say(`camera.${framing}`);
  }

  /** @param raised seconds of the stream at which both hands went up, if it is them who ask */
  #heed(raised: number | null): void {
    if (raised === null || this.#state === "counting" || !byId<HTMLInputElement>("by-hands").checked) return;
    this.#toggle(raised - RISING_S);
  }

  #lose(fault: unknown): void {
    this.#putAway();
    this.#host.closed();
    this.#host.tell(fault);
  }

  #listen(): void {
    const { signal } = this.#listening;
    choice<Mode>("mode", "one", (mode) => this.#choose(mode), signal);
    byId("record").addEventListener("click", () => this.#toggle(), { signal });
    document.addEventListener("keydown", (event) => this.#press(event), { signal });
    document.addEventListener("visibilitychange", () => this.#hide(), { signal });
  }

  #press(event: KeyboardEvent): void {
    if (event.key === "Escape") this.#cancel();
    // A button that has the focus is pressed by the browser itself.
    if (event.key !== " " || event.repeat || (event.target as Element).closest("button, input, a, summary")) return;
    event.preventDefault();
    this.#toggle();
  }

  /** A hidden page gets its frames late or not at all: what it would record is not what was signed. */
  #hide(): void {
    if (!document.hidden || (this.#state !== "recording" && this.#state !== "counting")) return;
    this.#session.abandon();
    this.#enter("idle");
    this.#host.tell(new Fault("tab_hidden"));
  }
}
