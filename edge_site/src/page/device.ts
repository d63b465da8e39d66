/** What was measured of this device, in a sentence. */
import { translate } from "../i18n";
import type { Device } from "../probe/device";
import { byId } from "./dom";
import { duration } from "./format";

export interface MeasuredDevice extends Device {
  /** Whether the next visit will know of it. */
  kept: boolean;
}

export function showDevice(device: MeasuredDevice | null): void {
  byId("device").hidden = device === null;
  if (!device) return;
  const values = { ms: duration(device.ms), fps: String(device.fps), delegate: device.delegate };
  byId("device-facts").textContent = translate("device.facts", values);
  byId("device-unkept").hidden = device.kept;
}
