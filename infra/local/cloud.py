"""`LocalCloud`: gateway, Lambda and SageMaker endpoint on this machine, for programs that measure or test."""

from pathlib import Path

from infra.local.part import Part


class LocalCloud(Part):
    """The cloud path on loopback ports, in a child process of its own. Everything starts cold.

    bundle: a model bundle's folder; model_file: one of its files (None: the default). concurrency: how many Lambda
    environments may exist at once; provisioned: how many are initialised before `start` returns, and replaced when they
    end. rate, burst: the gateway's throttling, requests a second and at once (None: an account's quota). api_port: 0
    takes a free one. logs: an existing folder for `endpoint.log` and `lambda.log` (None: a temporary one). Also a
    context manager.
    """

    def __init__(
        self,
        bundle: Path,
        model_file: str | None = None,
        concurrency: int = 4,
        *,
        provisioned: int = 0,
        rate: float | None = None,
        burst: int | None = None,
        api_port: int = 0,
        logs: Path | None = None,
    ) -> None:
        arguments = [
            "cloud",
            f"--bundle={bundle.resolve()}",
            f"--concurrency={concurrency}",
            f"--provisioned={provisioned}",
            f"--api-port={api_port}",
        ]
        if model_file is not None:
            arguments.append(f"--model-file={model_file}")
        if rate is not None:
            arguments.append(f"--rate={rate}")
        if burst is not None:
            arguments.append(f"--burst={burst}")
        if logs is not None:
            arguments.append(f"--logs={logs.resolve()}")
        super().__init__(arguments)

    @property
    def gateway_url(self) -> str:
        """`http://127.0.0.1:PORT/prod/predict`."""
        return self.reported("gateway_url")

    @property
    def sagemaker_runtime_url(self) -> str:
        """What `AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME` is set to; the endpoint's name is `cerca`."""
        return self.reported("sagemaker_runtime_url")

    def make_cold(self, endpoint: bool = True, lambdas: bool = True) -> None:
        """Kills them; the next request pays for both starts. Raises LocalStackError if the stack has ended."""
        self._running.ask({"make_cold": {"endpoint": endpoint, "lambdas": lambdas}})

    def endpoint_pid(self) -> int | None:
        """The endpoint's process id, None when none is running. Raises LocalStackError if the stack has ended."""
        return self._running.ask({})["endpoint_pid"]
