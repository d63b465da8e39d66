"""The inference container: SageMaker's contract and the Open Inference Protocol over a bundle and ONNX Runtime."""

from time import monotonic

BEGUN = monotonic()
"""When the interpreter began to run this package's code (`cloud_inference.marks`)."""

VERSION = "0.1.0"
"""The project's. Stated here too because the image holds the folder, not an installed package."""
