/** Frames worker: a clip -> its frames, upright, in presentation order, each exactly once, sampled; the page pulls them one by one. */
import {
  BlobSource,
  Input,
  type InputVideoTrack,
  MATROSKA,
  MP4,
  QTFF,
  type VideoSample,
  VideoSampleSink,
  WEBM,
} from "mediabunny";
import { fittingFps, Sampler } from "../clip/sampling";
import { Fault, reason } from "../errors";
import { assets, type AssetsProtocol } from "./assets";
import { Moved, serve } from "./rpc";

export interface ClipFacts {
  /** Pixels, upright. */
  width: number;
  height: number;
  /** Seconds. */
  duration: number;
  /** Frames a second that will be taken. */
  fps: number;
}

export type NextFrame = { frame: VideoFrame; /** Seconds since the clip's first frame. */ time: number } | null;

export type FramesProtocol = AssetsProtocol & {
  open: { ask: { file: File; fps: number; maxFrames: number }; reply: ClipFacts };
  /** null after the last frame. */
  next: { ask: object; reply: NextFrame };
  close: { ask: object; reply: undefined };
};

/** Larger frames are scaled down to this: the landmarkers work on 256 pixels and gain nothing from more. */
const LONGEST_SIDE = 1280;

/** What cameras, phones and browsers record. */
const CONTAINERS = [MP4, QTFF, WEBM, MATROSKA];

interface OpenClip {
  name: string;
  input: Input;
  track: InputVideoTrack;
  frames: AsyncGenerator<{ frame: VideoFrame; time: number }>;
}

let clip: OpenClip | null = null;

async function open({ file, fps, maxFrames }: FramesProtocol["open"]["ask"]): Promise<ClipFacts> {
  await close();
  const input = new Input({ source: new BlobSource(file), formats: CONTAINERS });
  try {
    const track = await videoTrack(input, file.name);
    const duration = (await track.computeDuration()) - (await track.getFirstTimestamp());
    const rate = fittingFps(file.name, fps, duration, maxFrames);
    clip = { name: file.name, input, track, frames: uprightFrames(track, new Sampler(rate), maxFrames) };
    const [width, height] = fit(await track.getDisplayWidth(), await track.getDisplayHeight());
    return { width, height, duration, fps: rate };
  } catch (error) {
    input.dispose();
    throw error instanceof Fault ? error : new Fault("not_a_video", { clip: file.name, detail: reason(error) });
  }
}

async function videoTrack(input: Input, name: string): Promise<InputVideoTrack> {
  const track = (await input.canRead()) ? await input.getPrimaryVideoTrack() : null;
  if (!track) throw new Fault("not_a_video", { clip: name });
  if (!(await track.canDecode())) {
    const codec = (await track.getCodec()) ?? (await track.getInternalCodecId());
    throw new Fault("unsupported_codec", { clip: name, codec: String(codec) });
  }
  return track;
}

async function* uprightFrames(track: InputVideoTrack, sampler: Sampler, maxFrames: number) {
  let [start, taken] = [null as number | null, 0];
  for await (const sample of new VideoSampleSink(track).samples()) {
    using _closed = { [Symbol.dispose]: () => sample.close() };
    start ??= sample.timestamp;
    if (!sampler.keep(sample.timestamp)) continue;
    if (++taken > maxFrames) return;
    yield { frame: await upright(sample), time: sample.timestamp - start };
  }
}

/** Rotation and mirroring that the container asks for are applied, so that every consumer sees what a player shows. */
async function upright(sample: VideoSample): Promise<VideoFrame> {
  const [width, height] = fit(sample.displayWidth, sample.displayHeight);
  if (sample.rotation === 0 && !sample.flip && width === sample.displayWidth) return sample.toVideoFrame();
  const canvas = new OffscreenCanvas(width, height);
  sample.draw(canvas.getContext("2d") as OffscreenCanvasRenderingContext2D, 0, 0, width, height);
  return new VideoFrame(canvas, { timestamp: sample.microsecondTimestamp });
}

function fit(width: number, height: number): [number, number] {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  return [Math.round(width * scale), Math.round(height * scale)];
}

async function next(): Promise<NextFrame | Moved<NextFrame>> {
  if (!clip) return null;
  const { name, track, frames } = clip;
  try {
    const result = await frames.next();
    return result.done ? null : new Moved(result.value, [result.value.frame]);
  } catch (error) {
    // mediabunny merges colour and transparency in workers made from blobs, which the page's policy forbids.
    if (await track.canBeTransparent()) {
      throw new Fault("unsupported_codec", { clip: name, codec: `${await track.getCodec()} + alpha` });
    }
    throw new Fault("not_a_video", { clip: name, detail: reason(error) }, { cause: error });
  }
}

async function close(): Promise<undefined> {
  const closing = clip;
  clip = null;
  await closing?.frames.return(undefined);
  closing?.input.dispose();
}

serve<FramesProtocol>({ assets, open, next, close }, "not_a_video");
