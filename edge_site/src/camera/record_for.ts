/** A recording without a person's hand on it: for measurements (`window.cerca.record`). */
import { Fault } from "../errors";
import type { EdgeAnswer } from "../recognise/classifier";
import type { Recogniser } from "../recognise/recogniser";
import type { Recorded } from "./recording";
import { CameraSession } from "./session";

/** Camera on, `seconds` recorded from the first frame at the landmarkers on, camera off. Raises what the camera and the recogniser raise. */
export async function recordFor(
  recogniser: Recogniser,
  seconds: number,
): Promise<{ recorded: Recorded; answer: EdgeAnswer }> {
  const { promise: over, resolve, reject } = Promise.withResolvers<void>();
  const session = await CameraSession.open(recogniser, document.createElement("video"), {
    onLost: reject,
    onFull: resolve,
  });
  try {
    session.record();
    void session.started.then(() => setTimeout(resolve, seconds * 1000));
    const hidden = () => document.hidden && reject(new Fault("tab_hidden"));
    document.addEventListener("visibilitychange", hidden);
    await over.finally(() => document.removeEventListener("visibilitychange", hidden));
    return await session.stop((keypoints) => recogniser.classify(keypoints));
  } finally {
    await session.close();
  }
}
