"""Options of one request, carried by the `X-Amzn-SageMaker-Custom-Attributes` header: `top_k=5;logits=1`."""

from dataclasses import dataclass

from cloud_inference.errors import BadRequest


@dataclass(frozen=True)
class Options:
    """top_k: how many labels to answer with. logits: whether to add the raw logits."""

    top_k: int = 5
    logits: bool = False


def parse_options(header: str) -> Options:
    """Raises BadRequest for an unknown option or a value out of range."""
    given: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in header.split(";"))):
        name, _, value = pair.partition("=")
        given[name.strip()] = value.strip()
    unknown = given.keys() - {"top_k", "logits"}
    if unknown:
        raise BadRequest("bad_option", f"Option {min(unknown)!r} is unknown; send only top_k and logits.")
    top_k = given.get("top_k", str(Options.top_k))
    if not (top_k.isascii() and top_k.isdigit() and len(top_k) <= 4 and int(top_k) >= 1):
        raise BadRequest("bad_option", "Option top_k must be a whole number from 1 to 9999.")
    logits = given.get("logits", "0")
    if logits not in ("0", "1"):
        raise BadRequest("bad_option", "Option logits must be 0 or 1.")
    return Options(top_k=int(top_k), logits=logits == "1")
