"""Options of one request: the `X-Amzn-SageMaker-Custom-Attributes` header (`top_k=5;logits=1`) and `Accept`."""

from dataclasses import dataclass

from cloud_inference.errors import BadRequest, NotAcceptable

JSON = "application/json"
NPY = "application/x-npy"


@dataclass(frozen=True)
class Options:
    """top_k: how many labels to answer with. logits: whether to add the raw logits. answer_type: JSON or NPY, which
    is the logits alone."""

    top_k: int = 5
    logits: bool = False
    answer_type: str = JSON


def parse_options(header: str, accept: str) -> Options:
    """Raises BadRequest for an unknown option or a value out of range, NotAcceptable for a type nobody writes."""
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
    return Options(top_k=int(top_k), logits=logits == "1", answer_type=_parse_accept(accept))


def _parse_accept(header: str) -> str:
    """JSON or NPY, whichever the `Accept` header names first; JSON where it says nothing or anything goes.

    Weights (`;q=`) are not read: a client that accepts both can read both. Raises NotAcceptable.
    """
    for media_range in header.lower().split(","):
        media_type = media_range.partition(";")[0].strip()
        if media_type == NPY:
            return NPY
        if media_type in ("", JSON, "application/*", "*/*"):
            return JSON
    raise NotAcceptable("not_acceptable", f"Accept {JSON} or {NPY}: the container writes no other type.")
