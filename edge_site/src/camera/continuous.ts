/** The camera's keypoints, cut into signs as they come, each recognised here: the running transcript. */
import type { Recogniser } from "../recognise/recogniser";
import { stack } from "../keypoints/assemble";
import { MotionMeter } from "../segment/motion";
import { type Segment, Segmenter } from "../segment/segmenter";
import { judge, Transcript } from "../segment/transcript";

export class Continuous {
  readonly transcript = new Transcript();
  readonly #recogniser: Recogniser;
  readonly #meter: MotionMeter;
  readonly #segmenter = new Segmenter();
  readonly #onChange: () => void;
  /** Answers come in the order of the signs. */
  #answering: Promise<void> = Promise.resolve();

  /** @param onChange after each new entry, and whenever a sign begins or ends */
  constructor(recogniser: Recogniser, onChange: () => void) {
    this.#recogniser = recogniser;
    this.#meter = new MotionMeter(recogniser.model.manifest.keypoints);
    this.#onChange = onChange;
  }

  get signing(): boolean {
    return this.#segmenter.signing;
  }

  /** Rejects with whatever went wrong with an answer; resolves when all of them are there. */
  get settled(): Promise<void> {
    return this.#answering;
  }

  /** @param keypoints float32 [points, 2]; kept. `time`: seconds; `aspect`: picture width / height */
  see(keypoints: Float32Array, time: number, aspect: number): void {
    const before = this.signing;
    const segment = this.#segmenter.push(keypoints, time, this.#meter.measure(keypoints, time, aspect));
    if (segment) this.#answering = this.#answering.then(() => this.#answer(segment));
    if (before !== this.signing) this.#onChange();
  }

  async #answer({ rows, start, end }: Segment): Promise<void> {
    const { top } = await this.#recogniser.classify(stack(rows.slice(0, this.#recogniser.maxFrames)));
    const verdict = judge(top);
    const [likeliest] = top;
    if (verdict === "nothing" || !likeliest) return;
    this.transcript.add({ kind: verdict, ...likeliest, start, end });
    this.#onChange();
  }
}
