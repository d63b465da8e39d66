import { afterEach, describe, expect, it, vi } from "vitest";
import { chooseDevice, fittingRate } from "../src/probe/device";
import { keep, recall } from "../src/probe/memory";

describe("a device", () => {
  it("is given as many frames a second as it keeps up with", () => {
    expect([20, 60, 61, 80, 100, 500].map(fittingRate)).toEqual([10, 10, 10, 10, 8, 8]);
  });

  it("uses its GPU only where that is clearly faster", () => {
    expect(chooseDevice([80, 82, 500], [20, 22, 21])).toEqual({ delegate: "GPU", ms: 21, fps: 10 });
    expect(chooseDevice([80, 82, 81], [70, 72, 71])).toEqual({ delegate: "CPU", ms: 81, fps: 10 });
    expect(chooseDevice([80, 82, 81], [3200])).toEqual({ delegate: "CPU", ms: 81, fps: 10 });
    expect(chooseDevice([80, 82, 81], null).delegate).toBe("CPU");
  });
});

describe("its measure", () => {
  afterEach(() => vi.unstubAllGlobals());

  function storage(kept: string | null, full = false) {
    vi.stubGlobal("localStorage", {
      getItem: () => kept,
      setItem: (_: string, value: string) => {
        if (full) throw new DOMException("full", "QuotaExceededError");
        kept = value;
      },
    });
  }

  const device = { delegate: "CPU", ms: 81, fps: 10 } as const;

  it("is there at the next visit", () => {
    storage(null);
    expect(recall()).toBeNull();
    expect(keep(device)).toBe(true);
    expect(recall()).toEqual(device);
  });

  it("is not believed when it is damaged", () => {
    for (const kept of ["{", "7", '{"delegate":"TPU","ms":1,"fps":10}', '{"delegate":"CPU","ms":1,"fps":0}']) {
      storage(kept);
      expect(recall()).toBeNull();
    }
  });

  it("is not kept where storage is full, and nothing breaks", () => {
    storage(null, true);
    expect(keep(device)).toBe(false);
  });
});
