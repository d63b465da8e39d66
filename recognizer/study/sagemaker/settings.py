"""Where SageMaker finds image, data and permission."""

import re
from dataclasses import dataclass

from recognizer.errors import StudyError


@dataclass(frozen=True)
class Settings:
    """`role`: ARN that the jobs take. `image`: ECR address. `place`: s3://bucket/prefix for data and results.

    `jobs`: at once; an account's quota may be lower. `longest_s`: a job is stopped after so many seconds. Raises
    StudyError for what is missing or of another form.
    """

    role: str
    image: str
    place: str
    instance: str
    region: str
    jobs: int = 8
    longest_s: int = 3600

    def __post_init__(self) -> None:
        forms = {
            "role": (
                r"arn:aws[\w-]*:iam::\d{12}:role/\S+",
                "a role's ARN like arn:aws:iam::123456789012:role/NAME",
            ),
            "image": (r"[^\s:/]+\.\S+/\S+", "the ECR address of the training image (docs/study.md builds it)"),
            "bucket": (r"s3://[a-z0-9][a-z0-9.-]+(/\S*)?", "an S3 place like s3://BUCKET/PREFIX"),
        }
        for option, value in (("role", self.role), ("image", self.image), ("bucket", self.place)):
            pattern, meaning = forms[option]
            if not re.fullmatch(pattern, value):
                found = f"{value!r} is none" if value else "none is given"
                raise StudyError(f"--backend sagemaker needs {meaning}, {found}: give one with --{option}.")

    def key(self, *names: str) -> str:
        """The key of an object below `place`."""
        return "/".join([*self.place.removeprefix("s3://").split("/", 1)[1:], *names]).replace("//", "/")

    @property
    def bucket(self) -> str:
        return self.place.removeprefix("s3://").split("/", 1)[0]

    def uri(self, *names: str) -> str:
        return f"s3://{self.bucket}/{self.key(*names)}"
