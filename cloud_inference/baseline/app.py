"""The ASGI application: `/ping` says 200 at once, the first `/invocations` loads the model."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

from cloud_inference.bodies import read_body
from cloud_inference.errors import BadRequest, ClientGone, NotFound, RequestError
from recognizer.spoter import Architecture, Spoter

BEST = 5


class Baseline:
    """weights: what `weights.convert` wrote."""

    def __init__(self, weights: Path) -> None:
        self._weights = weights
        self._model: Spoter | None = None
        self._labels: list[str] = []

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        try:
            status, content = 200, await self._answer(scope, receive)
        except RequestError as error:
            status, content = error.status, {"error": {"code": error.code, "message": error.message}}
        except ClientGone:
            return
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(content).encode()})

    async def _answer(self, scope: dict[str, Any], receive: Any) -> dict[str, Any]:
        match scope["method"], scope["path"]:
            case "GET", "/ping":
                return {}
            case "POST", "/invocations":
                return self._predict(await read_body(dict(scope["headers"]), receive))
        raise NotFound("not_found", "Only GET /ping and POST /invocations exist here.")

    def _predict(self, body: bytes) -> dict[str, Any]:
        keypoints = _read(body)
        if self._model is None:
            stored = torch.load(self._weights, weights_only=True)
            self._labels = stored["labels"]
            self._model = Spoter(Architecture(**stored["architecture"]))
            self._model.load_state_dict(stored["state"])
            self._model.eval()
        with torch.inference_mode():
            logits = self._model(keypoints)
        probabilities, best = logits.softmax(-1).topk(min(BEST, len(self._labels)))
        top = zip(best.tolist(), probabilities.tolist(), strict=True)
        return {
            "top": [{"label": self._labels[i], "probability": probability} for i, probability in top],
            "frames": len(keypoints),
            "logits": logits.tolist(),
        }


def _read(body: bytes) -> torch.Tensor:
    """float32 [frames, 54, 2] from `{"keypoints": ...}`. Raises BadRequest."""
    try:
        frames = json.loads(body)["keypoints"]
        # None becomes NaN under a float type.
        values = np.array([[point or (None, None) for point in frame] for frame in frames], np.float32)
    except (ValueError, KeyError, TypeError):
        raise BadRequest("bad_json", 'Send {"keypoints": [[[x, y] | null, ...], ...]}.') from None
    if values.ndim != 3 or values.shape[1:] != (54, 2) or not len(values):
        raise BadRequest("bad_shape", "Send frames of 54 points of two numbers.")
    return torch.from_numpy(values)
