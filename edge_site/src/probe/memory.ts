/** The device's measure, kept in this browser for the next visit; nothing else is. */
import type { Device } from "./device";

const KEY = "cerca.device.2";

/** What was measured at an earlier visit; null where nothing was, or nothing usable is left. */
export function recall(): Device | null {
  try {
    const { delegate, ms, fps } = JSON.parse(localStorage.getItem(KEY) ?? "null") as Device;
    const usable = (delegate === "CPU" || delegate === "GPU") && ms > 0 && fps >= 1 && fps <= 120;
    return usable ? { delegate, ms, fps } : null;
  } catch {
    // Never measured, unreadable, or storage is switched off.
    return null;
  }
}

/** Whether it could be kept: storage may be full, or switched off. */
export function keep(device: Device): boolean {
  try {
    localStorage.setItem(KEY, JSON.stringify(device));
    return true;
  } catch {
    return false;
  }
}
