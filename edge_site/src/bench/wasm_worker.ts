/** Benchmark worker: ONNX Runtime's WebAssembly, the one that the recognise page runs. */
import * as ort from "onnxruntime-web/wasm";
import mjs from "onnxruntime-web/ort-wasm-simd-threaded.mjs?url";
import wasm from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import { serveSession } from "./session";

const absolute = (url: string) => new URL(url, import.meta.url).href;

serveSession(ort, "wasm", { mjs: absolute(mjs), wasm: absolute(wasm) });
