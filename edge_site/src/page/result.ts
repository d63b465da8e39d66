/** What the page shows when a clip or a recording has been recognised. */
import type { CloudAnswer } from "../cloud/client";
import type { Fault } from "../errors";
import type { EdgeAnswer } from "../recognise/classifier";

/** The answers of the sides that were asked, and what went wrong with the cloud's. */
export interface Answers {
  edge: EdgeAnswer | null;
  cloud: CloudAnswer | null;
  fault: Fault | null;
}

export interface Result extends Answers {
  /** How long it took, in the page's language of the moment. */
  times(): HTMLElement;
}
