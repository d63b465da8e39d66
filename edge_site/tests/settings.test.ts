import { describe, expect, it } from "vitest";
import { readSettings } from "../src/settings";

describe("page parameters", () => {
  it("pin what a measurement must not leave to chance", () => {
    expect(
      readSettings("?fps=10&threads=2&model=model.int8.onnx&countdown=1&wire=json&path=both&lang=es", ["en"]),
    ).toEqual({
      fps: 10,
      threads: 2,
      model: "model.int8.onnx",
      countdown: 1,
      wire: "json",
      path: "both",
      language: "es",
    });
  });

  it("fall back to the default when unusable", () => {
    const defaults = readSettings("", ["de", "es-PE"]);
    expect(readSettings("?fps=fast&threads=-1&countdown=-1&wire=xml&path=moon&lang=de", ["es-PE"])).toEqual(defaults);
    expect(defaults).toMatchObject({
      fps: 15,
      threads: 1,
      model: null,
      countdown: 3,
      wire: "npy",
      path: "edge",
      language: "es",
    });
  });
});
