/** The cloud's way: the same keypoints to the API, every step timed on this side, the server's own steps read from its headers. */
import { Fault, reason } from "../errors";
import type { Wire } from "../settings";
import { encodeJson } from "./json";
import { encodeNpy } from "./npy";
import { parseServerTiming } from "./server_timing";

export interface Guess {
  label: string;
  probability: number;
}

export interface CloudAnswer {
  top: Guess[];
  logits: number[];
  sha256: string;
  /** Milliseconds: keypoints -> body, request out -> answer's text in the page, text -> object. */
  ms: { encode: number; round_trip: number; parse: number };
  /** `Server-Timing`, milliseconds by name. */
  server: Record<string, number>;
  /** Which parts started for this request: `lambda`, `endpoint`. */
  cold: string[];
  request_id: string | null;
  bytes: { up: number; down: number };
}

interface Reply {
  top: Guess[];
  logits: number[];
  model: { sha256: string };
}

/** Longer than any cold start worth waiting for, and than API Gateway's own limit of 29 s. */
const TIMEOUT_MS = 60_000;

/**
 * @param keypoints float32 [frames, points, 2], NaN = missing
 * @throws Fault `api_unreachable`, `api_slow`, `api_refused`
 */
export async function predict(api: string, keypoints: Float32Array, points: number, wire: Wire): Promise<CloudAnswer> {
  const start = performance.now();
  const body =
    wire === "npy"
      ? encodeNpy(keypoints, [keypoints.length / (2 * points), points, 2])
      : new TextEncoder().encode(encodeJson(keypoints, points));
  const sent = performance.now();
  const { response, text } = await post(api, body, wire === "npy" ? "application/x-npy" : "application/json");
  const received = performance.now();
  const reply = parse(text, response.status);
  const parsed = performance.now();
  return {
    top: reply.top,
    logits: reply.logits,
    sha256: reply.model.sha256,
    ms: { encode: sent - start, round_trip: received - sent, parse: parsed - received },
    server: parseServerTiming(response.headers.get("Server-Timing")),
    cold: coldParts(response.headers.get("x-cerca-cold")),
    request_id: response.headers.get("x-amzn-requestid"),
    bytes: { up: body.byteLength, down: new TextEncoder().encode(text).byteLength },
  };
}

async function post(api: string, body: Uint8Array<ArrayBuffer>, type: string) {
  const url = new URL(api);
  url.searchParams.set("top_k", "5");
  url.searchParams.set("logits", "1");
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": type },
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { response, text: await response.text() };
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError") {
      throw new Fault("api_slow", { api: url.origin, seconds: String(TIMEOUT_MS / 1000) }, { cause: error });
    }
    throw new Fault("api_unreachable", { api: url.origin, detail: reason(error) }, { cause: error });
  }
}

function parse(text: string, status: number): Reply {
  let answer: Partial<Reply> & { error?: { message?: string } };
  try {
    answer = JSON.parse(text);
  } catch (error) {
    throw new Fault("api_refused", { status: String(status), detail: "not JSON" }, { cause: error });
  }
  if (status !== 200) throw new Fault("api_refused", { status: String(status), detail: answer.error?.message ?? "" });
  if (!answer.top || !answer.logits || !answer.model) {
    throw new Fault("api_refused", { status: String(status), detail: "unexpected JSON" });
  }
  return answer as Reply;
}

function coldParts(header: string | null): string[] {
  if (!header || header === "none") return [];
  return header.split(",").map((part) => part.trim());
}
