"""SPOTER as Bohacek & Hruz published it (WACVW 2022, Apache-2.0), to measure what the own recipe gains over it.

Rewritten from the paper and github.com/matyasbohacek/spoter with every quirk kept; docs/recognizer.md lists them.
"""

from recognizer.published.model import Architecture, Published
from recognizer.published.train import Settings, fit, train_epoch

__all__ = ["Architecture", "Published", "Settings", "fit", "train_epoch"]
