/** Benchmark worker: ONNX Runtime's WebGPU build, which is another WebAssembly and loaded only where it is asked for. */
import * as ort from "onnxruntime-web/webgpu";
import mjs from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url";
import wasm from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url";
import { serveSession } from "./session";

const absolute = (url: string) => new URL(url, import.meta.url).href;

serveSession(ort, "webgpu", { mjs: absolute(mjs), wasm: absolute(wasm) });
