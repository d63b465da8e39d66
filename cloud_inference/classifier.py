"""From a request's bytes to its answer's bytes: one warm ONNX Runtime session over one model of a bundle."""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from cloud_inference import open_inference
from cloud_inference.codec import Clips, decode, encode, encode_npy
from cloud_inference.errors import StartupError, Unprocessable
from cloud_inference.exchange import Answer
from cloud_inference.marks import mark, report
from cloud_inference.model_folder import bundle_folder
from cloud_inference.options import NPY, Options
from cloud_inference.timing import Stopwatch
from cloud_inference.turns import Run
from recognizer import bundle

WARM_UP_FRAMES = 70

# ONNX Runtime can report its use to its maker; a recogniser of people's movements must not.
onnxruntime.disable_telemetry_events()


class Classifier:
    """Holds the session for the life of the process: making one costs more than a hundred predictions."""

    def __init__(self, model_dir: Path, model_file: str | None) -> None:
        """Checks the bundle's hashes, loads the model and runs it once. Raises StartupError if it cannot."""
        mark("imports")
        # The session has read the file when this ends, so that an unpacked one need not stay.
        with bundle_folder(model_dir) as folder:
            try:
                self._bundle = bundle.load(folder)
                self._model = self._bundle.model(model_file)
            except bundle.BundleError as error:
                raise StartupError(str(error)) from None
            self._session = _make_session(self._model.path)
        mark("model")
        try:
            self._run(self._warm_up_keypoints())
        except Exception as error:
            raise _cannot_run(self._model.path, error) from None
        mark("first_run")
        report()

    async def answer(self, content_type: str, body: bytes, options: Options, watch: Stopwatch, run: Run) -> bytes:
        """The answer to one request, in `options.answer_type`; laps `decode`, `inference` and `encode` on the watch.
        The inference, and nothing else, goes through `run`.

        Raises RequestError for whatever the request got wrong.
        """
        sent = decode(content_type, body, len(self._bundle.keypoints), self._bundle.min_frames, self._bundle.max_frames)
        logits = await self._predict(sent.clips, watch, run)
        if options.answer_type == NPY:
            answer = encode_npy(np.stack(logits) if sent.batch else logits[0])
        else:
            answer = encode(self._describe(sent, logits, options))
        watch.lap("encode")
        return answer

    async def infer(self, body: bytes, header_length: str, watch: Stopwatch, run: Run) -> Answer:
        """The answer to one request of the Open Inference Protocol. Raises RequestError."""
        asked = open_inference.read_request(body, header_length, self._bundle)
        (logits,) = await self._predict([asked.keypoints], watch, run)
        answer = open_inference.write_answer(logits, asked, self._bundle, self.version)
        watch.lap("encode")
        return answer

    @property
    def name(self) -> str:
        return self._bundle.name

    @property
    def version(self) -> str:
        """The SHA-256 of the model file: whoever names it in a path gets this model or none."""
        return self._model.sha256

    @property
    def labels(self) -> dict[str, str]:
        """What metrics call the model."""
        return {"name": self.name, "file": self._model.path.name, "sha256": self.version}

    def metadata(self) -> dict[str, Any]:
        return open_inference.metadata(self._bundle, self.version)

    def document(self) -> dict[str, Any]:
        """The OpenAPI document of a container that serves this model."""
        # Imported here: few containers are ever asked.
        from cloud_inference.openapi import document

        return document(self._bundle, self.version)

    async def _predict(self, clips: list[np.ndarray], watch: Stopwatch, run: Run) -> list[np.ndarray]:
        """The logits of each clip. Raises Unprocessable."""
        if any(np.isnan(clip).all() for clip in clips):
            raise Unprocessable("no_person", "No frame has a keypoint; send a clip in which a person is visible.")
        watch.lap("decode")
        logits = await run(lambda: [self._run(clip) for clip in clips])
        if not np.isfinite(logits).all():
            raise Unprocessable(
                "bad_value", "The model has no finite answer to these coordinates; divide them by the image size."
            )
        watch.lap("inference")
        return logits

    def _run(self, keypoints: np.ndarray) -> np.ndarray:
        (logits,) = self._session.run([self._bundle.output_name], {self._bundle.input_name: keypoints})
        if logits.shape != (len(self._bundle.labels),):
            raise ValueError(f"it gives {logits.shape} logits for {len(self._bundle.labels)} labels")
        return logits

    def _warm_up_keypoints(self) -> np.ndarray:
        frames = min(WARM_UP_FRAMES, self._bundle.max_frames)
        return np.full((frames, len(self._bundle.keypoints), 2), 0.5, np.float32)

    def _describe(self, sent: Clips, logits: list[np.ndarray], options: Options) -> dict[str, Any]:
        model = self.labels
        predictions = [
            self._prediction(clip_logits, len(clip), options)
            for clip_logits, clip in zip(logits, sent.clips, strict=True)
        ]
        if sent.batch:
            return {"predictions": predictions, "model": model}
        return {**predictions[0], "model": model}

    def _prediction(self, logits: np.ndarray, frames: int, options: Options) -> dict[str, Any]:
        probabilities = np.exp(logits - logits.max())
        probabilities /= probabilities.sum()
        best = np.argsort(-logits, kind="stable")[: options.top_k]
        prediction: dict[str, Any] = {
            "top": [{"label": self._bundle.labels[i], "probability": float(probabilities[i])} for i in best],
            "frames": frames,
        }
        if options.logits:
            prediction["logits"] = logits
        return prediction


def _make_session(path: Path) -> onnxruntime.InferenceSession:
    """Raises StartupError."""
    options = onnxruntime.SessionOptions()
    # One thread a request: the cores serve requests side by side (turns.py).
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise _cannot_run(path, error) from None


def _cannot_run(path: Path, error: Exception) -> StartupError:
    # From any exception: those of ONNX Runtime share no base class below Exception.
    reason = " ".join(str(error).split()).rstrip(".")
    return StartupError(f"{path} cannot be run: {reason}; export the bundle again.")
