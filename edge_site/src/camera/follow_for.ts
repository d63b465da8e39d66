/** Continuous mode without a person's hand on it: for measurements (`window.cerca.follow`, `transcribe`). */
import type { Recogniser } from "../recognise/recogniser";
import type { Entry } from "../segment/transcript";
import { Continuous } from "./continuous";
import { CameraSession } from "./session";

export interface Followed {
  entries: readonly Entry[];
  /** Frames that the landmarkers saw, and that were left out because the machine was still at an earlier one. */
  frames: number;
  dropped: number;
}

/** Camera on, `seconds` of signs from its first frame on, camera off. Raises what the camera and the recogniser raise. */
export async function followFor(recogniser: Recogniser, seconds: number): Promise<Followed> {
  const continuous = new Continuous(recogniser, () => undefined);
  let frames = 0;
  let lose: (fault: unknown) => void;
  const lost = new Promise<never>((_, reject) => (lose = reject));
  const session = await CameraSession.open(recogniser, document.createElement("video"), {
    onSeen: ({ keypoints }, time, { width, height }) => {
      frames++;
      continuous.see(keypoints, time, width / height);
    },
    onLost: (fault) => lose(fault),
  });
  try {
    const over = session.started.then(() => new Promise((resolve) => setTimeout(resolve, seconds * 1000)));
    await Promise.race([over, lost]);
  } finally {
    await session.close();
  }
  await continuous.settled;
  return { entries: continuous.transcript.entries, frames, dropped: session.dropped };
}

/**
 * The transcript of keypoints that were found earlier, as if a camera of `fps` frames a second had brought them.
 *
 * @param keypoints float32 [frames, points, 2]; `aspect`: picture width / height
 */
export async function transcribe(
  recogniser: Recogniser,
  keypoints: Float32Array,
  { fps, aspect }: { fps: number; aspect: number },
): Promise<readonly Entry[]> {
  const continuous = new Continuous(recogniser, () => undefined);
  const width = recogniser.model.manifest.keypoints.length * 2;
  for (let start = 0, frame = 0; start < keypoints.length; start += width, frame++) {
    continuous.see(keypoints.slice(start, start + width), frame / fps, aspect);
    await continuous.settled;
  }
  return continuous.transcript.entries;
}
