import { describe as group, expect, it } from "vitest";
import { readPlan, THESIS } from "../src/bench/plan";
import { describe } from "../src/bench/statistics";

group("a plan", () => {
  it("is the thesis's by default and is read as people write it", () => {
    expect(readPlan("[70, 54, 2]", "50", "1000")).toEqual(THESIS);
    expect(readPlan("70×54×2", "0", "1")).toEqual({ shape: [70, 54, 2], warmup: 0, runs: 1 });
  });

  it("leaves no axis open", () => {
    for (const shape of ["frames, 54, 2", "-1, 54, 2", "0, 54, 2", "", "70.5, 54, 2"]) {
      expect(readPlan(shape, "1", "1")).toBeNull();
    }
    expect(readPlan("70,54,2", "1", "0")).toBeNull();
    expect(readPlan("70,54,2", "", "1")).toBeNull();
    expect(readPlan("99999999,54,2", "1", "1")).toBeNull();
  });
});

group("statistics", () => {
  it("give mean, sample deviation and interpolated quantiles", () => {
    expect(describe([4, 1, 3, 2])).toMatchObject({
      n: 4,
      mean: 2.5,
      min: 1,
      median: 2.5,
      max: 4,
      p90: null,
      p99: null,
    });
    expect(describe([4, 1, 3, 2]).sd).toBeCloseTo(1.2909944);
    expect(describe([7]).sd).toBeNull();
  });

  it("give a percentile only from enough runs", () => {
    const runs = (n: number) => describe(Array.from({ length: n }, (_, k) => k));
    expect([runs(63).p90, runs(64).p90]).toEqual([null, expect.closeTo(56.7)]);
    expect([runs(661).p99, runs(662).p99]).toEqual([null, expect.closeTo(654.39)]);
  });
});
