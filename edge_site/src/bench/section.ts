/** What both halves of the page share: a run that can be cancelled, its progress, its status and its failure. */
import { CercaError, Fault, isAbort } from "../errors";
import { type BenchKey, say } from "../i18n/benchmark";
import { byId } from "../page/dom";

export class Section {
  readonly #prefix: string;
  #running: AbortController | null = null;
  #status: BenchKey = "bench.ready";
  #fault: Fault | null = null;
  #sentence: BenchKey | null = null;

  /** @param prefix of the ids of its elements: `-cancel`, `-progress`, `-status`, `-error` */
  constructor(prefix: string) {
    this.#prefix = prefix;
    byId(`${prefix}-cancel`).addEventListener("click", () => this.#running?.abort());
  }

  get busy(): boolean {
    return this.#running !== null;
  }

  /** Runs `work` unless it is already running; tells its failure, and passes it on. */
  async run<T>(work: (signal: AbortSignal, onProgress: (share: number) => void) => Promise<T>): Promise<T | null> {
    if (this.#running) return null;
    this.#running = new AbortController();
    this.#fault = null;
    this.#sentence = null;
    this.#status = "bench.running";
    this.#progress(0);
    this.render();
    try {
      const result = await work(this.#running.signal, (share) => this.#progress(share));
      this.#status = "bench.finished";
      return result;
    } catch (error) {
      this.#status = isAbort(error) ? "bench.cancelled" : "bench.failed";
      if (error instanceof Fault) this.#fault = error;
      throw error;
    } finally {
      this.#running = null;
      this.render();
    }
  }

  /** A failure that is nobody's fault but a field's. */
  refuse(key: BenchKey): void {
    this.#sentence = key;
    this.#status = "bench.failed";
    this.render();
  }

  say(status: BenchKey): void {
    this.#status = status;
    this.render();
  }

  render(): void {
    const part = (name: string) => byId(`${this.#prefix}-${name}`);
    part("cancel").hidden = !this.busy;
    part("progress").hidden = !this.busy;
    part("status").textContent = say(this.#status);
    part("error").hidden = !this.#fault && !this.#sentence;
    part("error").textContent = this.#fault
      ? new CercaError(this.#fault).message
      : this.#sentence
        ? say(this.#sentence)
        : "";
  }

  #progress(share: number): void {
    byId<HTMLProgressElement>(`${this.#prefix}-progress`).value = share;
  }
}

/** What a button started: its failure is on the page already, anything else is a bug. */
export function started(work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    if (!(error instanceof Fault) && !isAbort(error)) throw error;
  });
}
