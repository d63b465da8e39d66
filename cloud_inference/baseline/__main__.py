"""`python -m cloud_inference.baseline serve`, or `convert BUNDLE WEIGHTS`, which writes what it serves.

Environment of `serve`: `CERCA_BASELINE_WEIGHTS` (the file that `convert` wrote), `SAGEMAKER_BIND_TO_PORT` (8080),
`CERCA_HOST` (0.0.0.0). Exit codes: 0 done, 1 with one sentence on stderr, 2 for a wrong command.
"""

import os
import sys
from pathlib import Path

from cloud_inference.errors import StartupError


def main(arguments: list[str]) -> int:
    try:
        match arguments:
            case ["serve"]:
                _serve()
            case ["convert", bundle, weights]:
                from cloud_inference.baseline.weights import convert

                convert(Path(bundle), Path(weights))
            case _:
                print("usage: python -m cloud_inference.baseline serve | convert BUNDLE WEIGHTS", file=sys.stderr)
                return 2
    except StartupError as error:
        print(f"cloud_inference.baseline: {error}", file=sys.stderr)
        return 1
    return 0


def _serve() -> None:
    import uvicorn

    from cloud_inference.baseline.app import Baseline

    weights = Path(os.environ.get("CERCA_BASELINE_WEIGHTS", ""))
    if not weights.is_file():
        raise StartupError(f"CERCA_BASELINE_WEIGHTS is {str(weights)!r}; name a file that `convert` wrote.")
    port = int(os.environ.get("SAGEMAKER_BIND_TO_PORT", "8080"))
    uvicorn.run(Baseline(weights), host=os.environ.get("CERCA_HOST", "0.0.0.0"), port=port, log_level="warning")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
