import { describe, expect, it } from "vitest";
import type { Row } from "../src/evaluate/clip";
import { normalise } from "../src/evaluate/clip";
import { type ErrorCode, Fault } from "../src/errors";
import type { Recogniser } from "../src/recognise/recogniser";
import type { FoundFile } from "../src/page/files";
import { labelled } from "../src/evaluate/labels";
import { Run } from "../src/evaluate/run";
import { summarise, wilson } from "../src/evaluate/score";

const found = (path: string, text = ""): FoundFile => ({ path, file: new File([text], path.split("/").at(-1) ?? "") });

function answer(truth: string | null, ...top: string[]): Row {
  const guesses = top.map((label) => ({ label, probability: 0.1 }));
  const ms = { extract: 1, decode: 1, landmarks: 0, classify: 1, inference: 1 };
  return {
    clip: "x",
    truth,
    outcome: { kind: "answer", sha256: "", top: guesses, frames: 1, ms, kept: false },
  };
}

describe("the Wilson interval", () => {
  it("is the textbook's", () => {
    // Newcombe (1998), table I: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0 to 0.1611; 1 of 29 gives 0.0061 to 0.1718.
    for (const [hits, n, low, high] of [
      [81, 263, 0.2553, 0.3662],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const) {
      expect(wilson(hits, n)?.interval95[0]).toBeCloseTo(low, 4);
      expect(wilson(hits, n)?.interval95[1]).toBeCloseTo(high, 4);
    }
  });

  it("does not exist without a clip", () => {
    expect(wilson(0, 0)).toBeNull();
  });
});

describe("a score", () => {
  it("counts clips that cannot be scored apart", () => {
    const rows: Row[] = [
      answer("Thank_You", "thank-you", "no"),
      answer("no", "thank-you", "no"),
      answer("dragon", "no"),
      answer(null, "no"),
      { clip: "b", truth: "no", outcome: { kind: "failure", code: "not_a_video", values: {} } },
      { clip: "w", truth: "no", outcome: null },
    ];
    expect(summarise(rows, ["thank-you", "no"])).toMatchObject({
      clips: 6,
      done: 5,
      failed: 1,
      unknown: 1,
      unlabelled: 1,
      top1: { hits: 1, n: 2 },
      top5: { hits: 2, n: 2 },
    });
  });

  it("takes spelling for what it is", () => {
    expect(normalise(" Thank__You ")).toBe("thank-you");
    expect(normalise("thank you")).toBe("thank-you");
  });
});

describe("labels", () => {
  it("come from the folder a clip lies in, and not from the chosen folder itself", async () => {
    const { clips, labelFile } = await labelled([found("b/no/1.mp4"), found("2.webm"), found("readme.md")]);
    expect(clips.map(({ name, truth }) => [name, truth])).toEqual([
      ["2.webm", null],
      ["b/no/1.mp4", "no"],
    ]);
    expect(labelFile).toBeNull();
  });

  it("come from a CSV with quotes, a byte order mark, CRLF and columns in any order", async () => {
    const csv = '\ufeffsigner,Label,clip\r\n"A, B","all ""done""",clips/1.mp4\r\n\r\n';
    const { clips, unlisted } = await labelled([found("manifest.csv", csv), found("clips/1.mp4"), found("2.mp4")]);
    expect(clips.map(({ name, truth }) => [name, truth])).toEqual([["clips/1.mp4", 'all "done"']]);
    expect(unlisted).toBe(1);
  });

  it("find a clip by its name where it was chosen without its folder", async () => {
    const { clips } = await labelled([found("manifest.csv", "clip,gloss\nclips/1.mp4,a\n"), found("1.mp4")]);
    expect(clips[0]?.file?.name).toBe("1.mp4");
  });

  it("do not guess between two clips of the same name", async () => {
    const files = [found("manifest.csv", "clip,gloss\n1.mp4,a\n"), found("x/1.mp4"), found("y/1.mp4")];
    expect((await labelled(files)).clips[0]?.file).toBeNull();
  });

  it("that contradict each other are refused", async () => {
    const files = [found("manifest.csv", "clip,gloss\n1.mp4,a\n1.mp4,b\n"), found("1.mp4")];
    await expect(labelled(files)).rejects.toMatchObject({ code: "labels_contradict" });
  });
});

describe("a run", () => {
  const clips = ["a", "b", "c"].map((name) => ({ name, file: new File([name], name), truth: null }));

  /** Fails as told, clip by clip, and answers in between. */
  function run(...codes: (ErrorCode | null)[]): Run {
    const recogniser = {
      extract: async () => {
        const code = codes.shift();
        if (code) throw new Fault(code, {});
        return { keypoints: new Float32Array(), frames: 1, ms: { extract: 1, decode: 1, landmarks: 0 } };
      },
      classify: async () => ({ top: [], ms: { classify: 1, inference: 1 } }),
    } as unknown as Recogniser;
    return new Run(clips, recogniser, "", {});
  }

  const kinds = ({ rows }: Run) => rows.map(({ outcome }) => outcome?.kind);

  it("goes on after a clip that brought a landmarker down", async () => {
    const one = run("landmarker_failed");
    await one.proceed(new AbortController().signal);
    expect(kinds(one)).toEqual(["failure", "answer", "answer"]);
  });

  it("stops when nothing can be recognised any more, and tries those clips again when it goes on", async () => {
    const two = run(null, "landmarker_failed", "landmarker_failed");
    await expect(two.proceed(new AbortController().signal)).rejects.toMatchObject({ code: "landmarker_failed" });
    expect(kinds(two)).toEqual(["answer", undefined, undefined]);
    await two.proceed(new AbortController().signal);
    expect(kinds(two)).toEqual(["answer", "answer", "answer"]);
  });

  it("goes on after any number of broken clips", async () => {
    const broken = run("not_a_video", "not_a_video", "not_a_video");
    await broken.proceed(new AbortController().signal);
    expect(kinds(broken)).toEqual(["failure", "failure", "failure"]);
  });
});
