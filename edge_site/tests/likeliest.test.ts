import { describe, expect, it } from "vitest";
import { likeliest } from "../src/recognise/likeliest";

describe("the likeliest labels", () => {
  it("come first, with softmax probabilities", () => {
    const top = likeliest(Float32Array.of(0, Math.log(3), 0), ["a", "b", "c"]);
    expect(top[0]).toEqual({ label: "b", probability: expect.closeTo(0.6) });
    expect(top.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1);
  });

  it("are five at most, and large logits do not overflow", () => {
    const top = likeliest(Float32Array.of(1000, 999, 1, 2, 3, 4), ["a", "b", "c", "d", "e", "f"]);
    expect(top.map(({ label }) => label)).toEqual(["a", "b", "f", "e", "d"]);
    expect(top[0]?.probability).toBeCloseTo(1 / (1 + Math.exp(-1)));
  });
});
