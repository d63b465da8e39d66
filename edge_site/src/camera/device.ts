/** The camera: asked for, and what can be the matter with it as a Fault. */
import { Fault, type ErrorCode, reason } from "../errors";

/** The landmarkers work on 256 pixels; a larger picture would only cost the machine time. */
const WANTED: MediaTrackConstraints = {
  width: { ideal: 640 },
  height: { ideal: 480 },
  frameRate: { ideal: 30 },
  facingMode: "user",
};

/** What `getUserMedia` throws (Media Capture and Streams, 10.1.4), by the name of the exception. */
const CODES: Record<string, ErrorCode> = {
  NotFoundError: "no_camera",
  OverconstrainedError: "no_camera",
  NotAllowedError: "camera_refused",
  SecurityError: "camera_refused",
};

/** The camera's picture, without sound. Raises `no_camera`, `camera_refused`, `camera_busy`. */
export async function openCamera(): Promise<MediaStream> {
  // Absent on pages that are neither https nor on this machine.
  if (!navigator.mediaDevices) throw new Fault("no_camera");
  try {
    return await navigator.mediaDevices.getUserMedia({ video: WANTED, audio: false });
  } catch (error) {
    const code = error instanceof DOMException ? CODES[error.name] : undefined;
    throw new Fault(code ?? "camera_busy", { detail: reason(error) }, { cause: error });
  }
}

export function turnOff(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
