"""The Lambda function between API Gateway and the SageMaker endpoint. Needs boto3 and nothing else of this project."""
