// Runs models under onnxruntime-web's WebAssembly in Node.js, on one thread: the .wasm file and the session options of
// the site's classifier worker. Reads {models: {name: file}, clips: [{file, frames}], warmup, runs, block, input, output}
// as JSON from standard input, writes {name: {load, logits, ms}} (milliseconds) or {name: {error}} to standard output.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [site] = process.argv.slice(2);
const ort = createRequire(`${site}/package.json`)("onnxruntime-web/wasm");
ort.env.wasm.numThreads = 1;
ort.env.logLevel = "fatal";

const job = JSON.parse(readFileSync(0, "utf8"));
const clips = job.clips.map(({ file, frames }) => {
  const bytes = new Uint8Array(readFileSync(file));
  return new ort.Tensor("float32", new Float32Array(bytes.buffer), [frames, bytes.length / 8 / frames, 2]);
});
const run = async (session, clip) => (await session.run({ [job.input]: clip }))[job.output].data;

// The first session pays for the runtime's start. No model shall pay for all.
const files = Object.values(job.models);
const create = (file) =>
  ort.InferenceSession.create(new Uint8Array(readFileSync(file)), { executionProviders: ["wasm"] });
await create(files[0]).catch(() => undefined);

const results = {};
const sessions = {};
for (const [name, file] of Object.entries(job.models)) {
  try {
    const start = performance.now();
    const session = await create(file);
    const load = performance.now() - start;
    const logits = [];
    for (const clip of clips) logits.push([...(await run(session, clip))]);
    for (let k = 0; k < job.warmup; k++) await run(session, clips[0]);
    results[name] = { load, logits, ms: [] };
    sessions[name] = session;
  } catch (error) {
    results[name] = { error: String(error?.message ?? error) };
  }
}

// In alternating blocks, so that whatever else the machine does meets every model.
for (let done = 0; done < job.runs; done += job.block) {
  for (const [name, session] of Object.entries(sessions)) {
    for (let k = 0; k < Math.min(job.block, job.runs - done); k++) {
      const start = performance.now();
      await run(session, clips[0]);
      results[name].ms.push(performance.now() - start);
    }
  }
}
process.stdout.write(JSON.stringify(results));
