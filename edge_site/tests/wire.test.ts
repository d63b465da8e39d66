import { describe, expect, it } from "vitest";
import { encodeJson } from "../src/cloud/json";
import { encodeNpy } from "../src/cloud/npy";
import { parseServerTiming } from "../src/cloud/server_timing";

/** `np.save(file, np.array([[[0.5, nan], [-1.25, 2]]], "f4"))`, numpy 2.4.6, base64. */
const NUMPY =
  "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDEsIDIsIDIpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAA/AADAfwAAoL8AAABA";

describe("npy", () => {
  it("is byte for byte what numpy writes", () => {
    const file = encodeNpy(Float32Array.of(0.5, NaN, -1.25, 2), [1, 2, 2]);
    expect(Buffer.from(file).toString("base64")).toBe(NUMPY);
  });
});

describe("json", () => {
  it("says null for a missing point", () => {
    const body = encodeJson(Float32Array.of(0.5, 0.25, NaN, NaN, 0, 1, 0.75, NaN), 2);
    expect(JSON.parse(body)).toEqual({
      keypoints: [
        [[0.5, 0.25], null],
        [[0, 1], null],
      ],
    });
  });
});

describe("Server-Timing", () => {
  it("gives milliseconds by name", () => {
    expect(parseServerTiming("gateway;dur=12.5, lambda-init;dur=85, endpoint-inference;dur=0.6")).toEqual({
      gateway: 12.5,
      "lambda-init": 85,
      "endpoint-inference": 0.6,
    });
  });

  it("reads past descriptions, spaces and entries without a duration", () => {
    expect(parseServerTiming('cache;desc="hit, or; so";dur=2 , miss , db; dur="7"')).toEqual({ cache: 2, db: 7 });
  });

  it("gives nothing for a missing header", () => {
    expect(parseServerTiming(null)).toEqual({});
  });
});
