"""The same runs as SageMaker training jobs, through the SageMaker SDK (the extra `sagemaker`)."""
