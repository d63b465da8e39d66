"""The local stack: API Gateway, Lambda and SageMaker shaped fronts around the real function and the real container."""

from infra.local.cloud import LocalCloud
from infra.local.endpoint_process import exec_to_ready
from infra.local.errors import LocalStackError
from infra.local.site import SiteServer

__all__ = ["LocalCloud", "LocalStackError", "SiteServer", "exec_to_ready"]
