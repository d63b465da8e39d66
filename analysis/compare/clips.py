"""One row a clip: what it is, what both paths answered, how long its stages took."""

from collections import Counter

import numpy as np

from analysis.compare.comparison import ClipRow
from analysis.compare.run_log import RunLog
from analysis.compare.speedup import median
from analysis.records import Wire
from analysis.statistics import Floats


def clip_rows(log: RunLog, wire: Wire | None) -> list[ClipRow]:
    """Every clip that the run names, in its order, answered or not; `wire` is the cloud's headline wire."""
    edge, cloud = (_first_labels(log, side) for side in (("edge", None), ("cloud", wire)))
    failures = Counter(failure.clip for failure in log.failures)
    trials = _of_clip(log, np.ones(len(log.warm)))
    extract, classify = (_of_clip(log, log.warm.get(step)) for step in ("extract", "classify"))
    totals = _of_clip(log, log.warm.cloud_total(wire)) if wire else {}
    return [
        ClipRow(
            clip=entry.clip,
            gloss=entry.gloss,
            source=entry.source,
            trials=len(trials.get(entry.clip, ())),
            edge_top1=edge.get(entry.clip),
            cloud_top1=cloud.get(entry.clip),
            extract_ms=median(extract.get(entry.clip, ())),
            edge_ms=median(classify.get(entry.clip, ())),
            cloud_ms=median(totals.get(entry.clip, ())),
            failures=failures[entry.clip],
        )
        for entry in log.run.clips
    ]


def _first_labels(log: RunLog, side: tuple) -> dict[str, str]:
    """The first label of each clip's first warm answer."""
    answers = log.warm_answers.get(side)
    if answers is None:
        return {}
    names, labels = log.answers.clips.names, log.answers.labels.names
    return {names[answers.clip[row]]: labels[answers.top1[row]] for row in answers.first}


def _of_clip(log: RunLog, values: Floats) -> dict[str, Floats]:
    """The values that are there, by the name of their trial's clip."""
    there = np.isfinite(values)
    clips, values = log.warm.clips[there], values[there]
    order = np.argsort(clips, kind="stable")
    found, starts = np.unique(clips[order], return_index=True)
    groups = np.split(values[order], starts[1:])
    return {log.warm.sorted_clip_names[clip]: group for clip, group in zip(found, groups, strict=False)}
