"""The Lambda function between API Gateway and the SageMaker endpoint. Needs nothing else of this project."""
