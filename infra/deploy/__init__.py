"""`cerca deploy`, `status` and `destroy`: the stack on AWS or LocalStack, by CloudFormation and boto3."""
