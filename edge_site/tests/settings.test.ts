import { describe, expect, it } from "vitest";
import { readSettings } from "../src/settings";

describe("page parameters", () => {
  it("pin what a measurement must not leave to chance", () => {
    expect(
      readSettings("?fps=10&delegate=gpu&threads=2&model=model.int8.onnx&countdown=1&wire=json&path=both&lang=es", [
        "en",
      ]),
    ).toEqual({
      fps: 10,
      delegate: "GPU",
      pinned: true,
      threads: 2,
      model: "model.int8.onnx",
      countdown: 1,
      wire: "json",
      path: "both",
      language: "es",
    });
  });

  it("win over what was measured earlier, which wins over the default", () => {
    const device = { delegate: "GPU", ms: 90, fps: 10 } as const;
    expect(readSettings("?lang=en", ["en"], device)).toMatchObject({ fps: 10, delegate: "GPU", pinned: false });
    expect(readSettings("?fps=12&delegate=cpu", ["en"], device)).toMatchObject({
      fps: 12,
      delegate: "CPU",
      pinned: true,
    });
  });

  it("fall back to the default when unusable", () => {
    const defaults = readSettings("", ["de", "es-PE"]);
    const unusable = readSettings("?fps=fast&threads=-1&countdown=-1&wire=xml&path=moon&lang=de", ["es-PE"]);
    expect({ ...unusable, pinned: false }).toEqual(defaults);
    expect(defaults).toMatchObject({
      fps: 10,
      threads: 1,
      model: null,
      countdown: 3,
      wire: "npy",
      path: "edge",
      language: "es",
    });
  });
});
