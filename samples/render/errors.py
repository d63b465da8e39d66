"""What can go wrong while clips are rendered or checked; every message is one sentence for a person.

SampleError
+-- AssetError    the body or a landmark model is missing, or is not the pinned one
+-- MotionError   the take is missing, or has too little in it to be rendered
+-- ClipError     a clip is missing, cannot be decoded or differs from its manifest
"""


class SampleError(Exception):
    """Base of everything that `samples` raises on purpose."""


class AssetError(SampleError):
    """The body or a landmark model is missing, or is not the pinned one."""


class MotionError(SampleError):
    """The take is missing, or has too little in it to be rendered."""


class ClipError(SampleError):
    """A clip is missing, cannot be decoded or differs from its manifest."""
