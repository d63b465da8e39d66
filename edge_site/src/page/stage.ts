/** The picture: each frame as it is read, its landmarks over it; afterwards the clip again, landmarks in step. */
import type { KeypointSource } from "../bundle";
import type { Extracted } from "../recognise/extract";
import type { ClipFacts } from "../workers/frames";
import { byId } from "./dom";
import { Skeleton } from "./skeleton";

export class Stage {
  readonly #canvas = byId<HTMLCanvasElement>("picture");
  readonly #video = byId<HTMLVideoElement>("replay");
  readonly #live = byId<HTMLVideoElement>("live");
  readonly #invitation = byId("invitation");
  readonly #context = this.#canvas.getContext("2d") as CanvasRenderingContext2D;
  #skeleton: Skeleton | null = null;
  #url: string | null = null;

  use(sources: readonly KeypointSource[]): void {
    this.#skeleton = new Skeleton(sources);
  }

  open({ width, height }: ClipFacts): void {
    this.#stop();
    this.#canvas.width = width;
    this.#canvas.height = height;
    this.#canvas.hidden = false;
    this.#invitation.hidden = true;
  }

  showFrame(frame: VideoFrame): void {
    this.#context.drawImage(frame, 0, 0, this.#canvas.width, this.#canvas.height);
  }

  showKeypoints(keypoints: Float32Array): void {
    this.#skeleton?.draw(this.#context, keypoints);
  }

  /** Plays the clip in a loop with its landmarks, unless the person asked for less motion: then its last frame stays. */
  async replay(file: File, { keypoints, frames, fps }: Extracted): Promise<void> {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const points = keypoints.length / frames;
    this.#url = URL.createObjectURL(file);
    this.#video.src = this.#url;
    try {
      await this.#video.play();
    } catch {
      // A player may refuse what the decoder took; the last frame and its landmarks stay in view.
      return;
    }
    const draw = (_: number, { mediaTime }: VideoFrameCallbackMetadata) => {
      if (this.#video.paused) return;
      this.#context.drawImage(this.#video, 0, 0, this.#canvas.width, this.#canvas.height);
      const row = Math.min(frames - 1, Math.floor(mediaTime * fps + 0.05));
      this.showKeypoints(keypoints.subarray(row * points, (row + 1) * points));
      this.#video.requestVideoFrameCallback(draw);
    };
    this.#video.requestVideoFrameCallback(draw);
  }

  /** Shows the camera's picture, mirrored as people know themselves, under the canvas that the landmarks are drawn on. */
  openLive(): HTMLVideoElement {
    this.#stop();
    this.#canvas.hidden = false;
    this.#live.hidden = false;
    this.#invitation.hidden = true;
    this.#canvas.parentElement?.classList.add("live");
    this.#canvas.dataset.i18nLabel = "camera.stage";
    return this.#live;
  }

  showLive(keypoints: Float32Array, { width, height }: { width: number; height: number }): void {
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    this.#context.clearRect(0, 0, width, height);
    this.showKeypoints(keypoints);
  }

  close(): void {
    this.#stop();
    this.#canvas.hidden = true;
    this.#invitation.hidden = false;
  }

  #stop(): void {
    this.#live.hidden = true;
    this.#live.srcObject = null;
    this.#canvas.parentElement?.classList.remove("live");
    this.#canvas.dataset.i18nLabel = "clip.stage";
    // A new size wipes the canvas.
    this.#canvas.width = this.#canvas.width;
    this.#video.pause();
    this.#video.removeAttribute("src");
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = null;
  }
}
