"""What can go wrong in a deployment.

DeployError            one sentence for a person
├── NotReachable       no credentials, no engine, or nobody answers
├── StackFailed        CloudFormation refused or rolled back; says which resource and why
├── NotThere           a resource that the stack reports does not exist
└── SmokeFailed        the deployed API did not answer a prediction
"""


class DeployError(Exception):
    """Base of everything that a deployment reports."""


class NotReachable(DeployError):
    """No credentials, no container engine, or the service does not answer."""


class StackFailed(DeployError):
    """CloudFormation refused the template or could not make a resource."""


class NotThere(DeployError):
    """A resource is missing although the stack says that it was made."""


class SmokeFailed(DeployError):
    """The deployed API did not answer a prediction."""
