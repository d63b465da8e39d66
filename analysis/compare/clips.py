"""One row a clip: what it is, what both paths answered, how long its stages took."""

from collections import Counter, defaultdict

from analysis.compare.answers import answers_by_side, first_answers
from analysis.compare.comparison import ClipRow
from analysis.compare.run_log import RunLog
from analysis.compare.speedup import median
from analysis.records import Wire


def clip_rows(log: RunLog, wire: Wire | None) -> list[ClipRow]:
    """Every clip that the run names, in its order, answered or not; `wire` is the cloud's headline wire."""
    sides = answers_by_side(log)
    edge, cloud = first_answers(sides.get(("edge", None), [])), first_answers(sides.get(("cloud", wire), []))
    failures = Counter(failure.clip for failure in log.failures)
    trials = defaultdict(list)
    for trial in log.warm:
        trials[trial.clip].append(trial)

    def middle(clip: str, value) -> float | None:
        return median([ms for trial in trials[clip] if (ms := value(trial)) is not None])

    return [
        ClipRow(
            clip=entry.clip,
            gloss=entry.gloss,
            source=entry.source,
            trials=len(trials[entry.clip]),
            edge_top1=edge[entry.clip].top[0].label if entry.clip in edge else None,
            cloud_top1=cloud[entry.clip].top[0].label if entry.clip in cloud else None,
            extract_ms=middle(entry.clip, lambda trial: trial.get("extract")),
            edge_ms=middle(entry.clip, lambda trial: trial.get("classify")),
            cloud_ms=middle(entry.clip, lambda trial: trial.cloud_total(wire)) if wire else None,
            failures=failures[entry.clip],
        )
        for entry in log.run.clips
    ]
