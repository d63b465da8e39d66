"""The gateway container: API Gateway, Lambda's Runtime API and SageMaker's front for containers that run elsewhere.

The same gateway and Runtime API as `infra.local`; only who runs the function and the endpoint differs.
"""
