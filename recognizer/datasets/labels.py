"""When two labels mean the same sign."""


def normalised(label: str) -> str:
    """`Thank_You` and `thank you` are the same sign: `thank-you`."""
    return "-".join(label.lower().replace("_", " ").replace("-", " ").split())
