/**
 * What can go wrong, as a person hears of it.
 *
 *     Error
 *     +-- Fault        inside a worker or a module without a language: a code, and what its sentence needs
 *     +-- CercaError   in the page: the code and one sentence in the page's language
 *
 * AbortError (DOMException) means that the person cancelled; it is not a failure and is never shown.
 */
import { translate } from "./i18n";

export type ErrorCode =
  | "unsupported_codec"
  | "not_a_video"
  | "clip_too_long"
  | "no_person"
  | "no_hands"
  | "no_camera"
  | "camera_refused"
  | "camera_busy"
  | "camera_lost"
  | "tab_hidden"
  | "bundle_corrupt"
  | "api_unreachable"
  | "api_slow"
  | "api_refused"
  | "landmarker_failed"
  | "classifier_failed"
  | "shape_refused"
  | "shape_ignored"
  | "not_a_bundle"
  | "bundle_unreadable"
  | "bundle_incomplete"
  | "bundle_mismatch"
  | "bundle_too_large"
  | "bundle_not_kept"
  | "no_clips"
  | "clip_missing"
  | "labels_unreadable"
  | "labels_contradict";

/** A failure before it has a language. `values` fill the placeholders of the sentence `error.<code>`. */
export class Fault extends Error {
  readonly code: ErrorCode;
  readonly values: Record<string, string>;

  constructor(code: ErrorCode, values: Record<string, string> = {}, options?: ErrorOptions) {
    super(`${code} ${JSON.stringify(values)}`, options);
    this.name = "Fault";
    this.code = code;
    this.values = values;
  }
}

/** A failure as one sentence in the page's language. */
export class CercaError extends Error {
  readonly code: ErrorCode;

  constructor(fault: Fault) {
    // What has no file name was recorded here.
    const values = { clip: translate("clip.recorded"), ...fault.values };
    super(translate(`error.${fault.code}`, values), { cause: fault });
    this.name = "CercaError";
    this.code = fault.code;
  }
}

/** Gives faults their sentence; lets everything else through. */
export function spoken(error: unknown): unknown {
  return error instanceof Fault ? new CercaError(error) : error;
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** The text of whatever was thrown, for the `detail` placeholder. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
