"""The inference container: SageMaker's `/ping` and `/invocations` over a model bundle and ONNX Runtime."""
