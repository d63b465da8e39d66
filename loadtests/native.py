"""The reference: the same model file under native ONNX Runtime, in this process."""

import base64

import numpy as np
import onnxruntime as ort

from recognizer.bundle import Bundle

# ONNX Runtime can report its use to its maker; a measurement sends nothing.
ort.disable_telemetry_events()


def decode_keypoints(encoded: str) -> np.ndarray:
    """The page's base64 of little-endian float32 -> float32 [frames, 54, 2]."""
    return np.frombuffer(base64.b64decode(encoded), dtype="<f4").reshape(-1, 54, 2)


class NativeModel:
    """`bundle`'s file under ONNX Runtime, one thread, as both paths are given it."""

    def __init__(self, bundle: Bundle, file: str) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        model = bundle.model(file)
        self._session = ort.InferenceSession(str(model.path), options, providers=["CPUExecutionProvider"])
        self._input = bundle.input_name
        self._labels = bundle.labels
        self._sha256 = model.sha256

    def answer(self, keypoints: np.ndarray) -> dict:
        """float32 [frames, 54, 2], NaN where missing -> `{top, logits, sha256}` as the two paths give them."""
        (logits,) = self._session.run(None, {self._input: keypoints})
        weights = np.exp(logits - logits.max())
        probabilities = weights / weights.sum()
        order = np.argsort(-probabilities, kind="stable")[:5]
        top = [{"label": self._labels[i], "probability": float(probabilities[i])} for i in order]
        return {"top": top, "logits": [float(value) for value in logits], "sha256": self._sha256}
