/** Question and answer between the page and a worker: every worker declares a protocol, both ends are typed by it. */
import { Fault, type ErrorCode, reason } from "../errors";

/** kind -> what is asked and what is answered. */
export type Protocol = Record<string, { ask: object; reply: unknown }>;

/** A protocol's messages as a union discriminated by `kind`. */
export type Ask<P extends Protocol> = { [K in keyof P]: { kind: K; id: number } & P[K]["ask"] }[keyof P];

type Reply<P extends Protocol> =
  | { id: number; value: P[keyof P]["reply"] }
  | { id: number; fault: { code: ErrorCode; values: Record<string, string> } };

/** A reply whose buffers or frames move to the page instead of being copied. */
export class Moved<T> {
  readonly value: T;
  readonly transfer: Transferable[];

  constructor(value: T, transfer: Transferable[]) {
    this.value = value;
    this.transfer = transfer;
  }
}

export type Handlers<P extends Protocol> = {
  [K in keyof P]: (
    ask: P[K]["ask"],
  ) => P[K]["reply"] | Moved<P[K]["reply"]> | Promise<P[K]["reply"] | Moved<P[K]["reply"]>>;
};

interface WorkerScope {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown, transfer: Transferable[]): void;
}

/** The worker's end: answers each kind with its handler. What a handler throws reaches the page as a Fault. */
export function serve<P extends Protocol>(handlers: Handlers<P>, unexpected: ErrorCode): void {
  const scope = self as unknown as WorkerScope;
  scope.onmessage = async ({ data }: MessageEvent<Ask<P> | Pulse>) => {
    if ("pulse" in data) {
      hold(data.pulse, () => scope.postMessage(data, []));
      return;
    }
    try {
      const result = await handlers[data.kind](data);
      const { value, transfer } = result instanceof Moved ? result : { value: result, transfer: [] };
      scope.postMessage({ id: data.id, value } satisfies Reply<P>, transfer);
    } catch (error) {
      const { code, values } = error instanceof Fault ? error : new Fault(unexpected, { detail: reason(error) });
      scope.postMessage({ id: data.id, fault: { code, values } } satisfies Reply<P>, []);
    }
  };
}

/**
 * The pulse of a worker: a lock of that name, which it holds for as long as it lives. A worker that ends, whyever, sends no
 * event; but its locks are released, so that whoever waits for one hears of it.
 */
interface Pulse {
  pulse: string;
}

function hold(name: string, held: () => void): void {
  void navigator.locks?.request(name, () => {
    held();
    return new Promise(() => undefined);
  });
}

/** The page's end: `ask` resolves with the worker's reply, or rejects with a Fault; so does everything open when the worker dies. */
export class WorkerClient<P extends Protocol> {
  readonly #worker: Worker;
  readonly #unexpected: ErrorCode;
  readonly #open = new Map<number, PromiseWithResolvers<P[keyof P]["reply"]>>();
  #next = 0;
  #dead = false;

  constructor(worker: Worker, unexpected: ErrorCode) {
    this.#worker = worker;
    this.#unexpected = unexpected;
    worker.onmessage = ({ data }: MessageEvent<Reply<P> | Pulse>) => {
      if ("pulse" in data) {
        void navigator.locks.request(data.pulse, () => this.#die("its worker ended"));
        return;
      }
      const call = this.#open.get(data.id);
      this.#open.delete(data.id);
      if ("fault" in data) call?.reject(new Fault(data.fault.code, data.fault.values));
      else call?.resolve(data.value);
    };
    worker.onerror = (event) => this.#die(event.message ?? "worker");
    worker.postMessage({ pulse: crypto.randomUUID() } satisfies Pulse);
  }

  /** Whether the worker is gone: every `ask` rejects, and only a new one helps. */
  get dead(): boolean {
    return this.#dead;
  }

  ask<K extends keyof P & string>(kind: K, ask: P[K]["ask"], transfer: Transferable[] = []): Promise<P[K]["reply"]> {
    if (this.#dead) return Promise.reject(new Fault(this.#unexpected, { detail: "its worker ended" }));
    const call = Promise.withResolvers<P[keyof P]["reply"]>();
    const id = this.#next++;
    this.#open.set(id, call);
    this.#worker.postMessage({ kind, id, ...ask }, transfer);
    return call.promise as Promise<P[K]["reply"]>;
  }

  terminate(): void {
    this.#die("its worker was ended");
  }

  #die(detail: string): void {
    this.#dead = true;
    this.#worker.terminate();
    for (const call of this.#open.values()) call.reject(new Fault(this.#unexpected, { detail }));
    this.#open.clear();
  }
}
