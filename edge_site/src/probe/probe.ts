/** The probe of a first visit: a few frames of a shipped clip through the landmarkers, on the CPU and, where there is one, the GPU. */
import { isAbort } from "../errors";
import type { Recogniser } from "../recognise/recogniser";
import { chooseDevice, type Device } from "./device";

const FRAMES = 10;

/** The first frames build graphs and caches. */
const WARM_UP = 3;

/** Renderers that are programs: with them the GPU delegate takes twenty times as long as the CPU. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** Leaves `recogniser` on the faster delegate. Raises AbortError when `signal` aborts, and what extraction raises. */
export async function probe(recogniser: Recogniser, clip: File, signal: AbortSignal): Promise<Device> {
  const cpu = await pace(recogniser, clip, signal);
  const gpu = hasGpu() ? await paceOnGpu(recogniser, clip, signal) : null;
  const device = chooseDevice(cpu, gpu);
  await recogniser.useDelegate(device.delegate);
  return device;
}

async function paceOnGpu(recogniser: Recogniser, clip: File, signal: AbortSignal): Promise<number[] | null> {
  try {
    await recogniser.useDelegate("GPU");
    return await pace(recogniser, clip, signal);
  } catch (error) {
    await recogniser.useDelegate("CPU");
    if (isAbort(error)) throw error;
    // Drivers that promise a GPU and fail are common, and no reason to fail here.
    return null;
  }
}

/** Milliseconds of the landmarkers for each of the first frames. */
async function pace(recogniser: Recogniser, clip: File, signal: AbortSignal): Promise<number[]> {
  const enough = new AbortController();
  const times: number[] = [];
  let handed = 0;
  try {
    await recogniser.extract(clip, {
      signal: AbortSignal.any([signal, enough.signal]),
      onFrame: () => (handed = performance.now()),
      onKeypoints: () => {
        times.push(performance.now() - handed);
        if (times.length >= WARM_UP + FRAMES) enough.abort();
      },
    });
  } catch (error) {
    if (!enough.signal.aborted || signal.aborted) throw error;
  }
  return times.slice(WARM_UP);
}

function hasGpu(): boolean {
  const context = new OffscreenCanvas(1, 1).getContext("webgl2");
  const info = context?.getExtension("WEBGL_debug_renderer_info");
  if (!context || !info) return false;
  return !SOFTWARE.test(String(context.getParameter(info.UNMASKED_RENDERER_WEBGL)));
}
