"""What the paths answered: accuracy over clips, agreement of the logits, and the hashes of the model file.

A clip has one vote, its first warm answer on a path: repeated runs of one clip are no new evidence.
"""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from analysis.compare.comparison import Accuracy, AnswerPath, LogitAgreement, Proportion
from analysis.compare.run_log import RunLog
from analysis.records import AnswerRecord, Wire
from analysis.statistics import wilson

Side = tuple[AnswerPath, Wire | None]
PATH_ORDER = ("edge", "cloud", "native")


def side_name(side: Side) -> str:
    path, wire = side
    return f"{path} {wire}" if wire else path


def answers_by_side(log: RunLog) -> dict[Side, list[AnswerRecord]]:
    """Answers of warm trials by path and wire, in order of time."""
    sides: dict[Side, list[AnswerRecord]] = defaultdict(list)
    for answer in log.warm_answers():
        sides[answer.path, answer.wire].append(answer)
    return dict(sorted(sides.items(), key=lambda item: (PATH_ORDER.index(item[0][0]), item[0][1] != "npy")))


def first_answers(answers: Iterable[AnswerRecord]) -> dict[str, AnswerRecord]:
    """The first answer of each clip."""
    first: dict[str, AnswerRecord] = {}
    for answer in answers:
        first.setdefault(answer.clip, answer)
    return first


def accuracies(log: RunLog) -> list[Accuracy]:
    """Top-1 and top-5 of each path and wire over the clips whose true gloss the model can name."""
    rows = [_accuracy(log, side, answers) for side, answers in answers_by_side(log).items()]
    return [row for row in rows if row]


def _accuracy(log: RunLog, side: Side, answers: list[AnswerRecord]) -> Accuracy | None:
    first = first_answers(answers)
    labels = log.run.model.labels
    judged = [answer for answer in first.values() if answer.gloss is not None]
    inside = [answer for answer in judged if labels is None or answer.gloss in labels]
    if not inside:
        return None
    tops = defaultdict(set)
    for answer in answers:
        tops[answer.clip].add(answer.top[0].label)
    path, wire = side
    return Accuracy(
        path=path,
        wire=wire,
        n=len(inside),
        top1=_proportion(sum(answer.gloss == answer.top[0].label for answer in inside), len(inside)),
        top5=_proportion(
            sum(answer.gloss in {candidate.label for candidate in answer.top[:5]} for answer in inside),
            len(inside),
        ),
        clips_answered=len(first),
        clips_outside_vocabulary=len(judged) - len(inside),
        clips_with_one_answer_in_all_rounds=sum(len(labels) == 1 for labels in tops.values()),
    )


def _proportion(correct: int, n: int) -> Proportion:
    return Proportion(correct, correct / n, *wilson(correct, n))


def logit_agreements(log: RunLog) -> list[LogitAgreement]:
    """For every two sides: the largest difference of any logit, over trials that both answered."""
    sides = answers_by_side(log)
    by_trial = {side: {answer.trial: answer for answer in answers if answer.logits} for side, answers in sides.items()}
    names = list(by_trial)
    pairs = [(a, b) for index, a in enumerate(names) for b in names[index + 1 :]]
    rows = [_agreement(a, b, by_trial[a], by_trial[b]) for a, b in pairs]
    return [row for row in rows if row]


def _agreement(
    first: Side, second: Side, ours: dict[str, AnswerRecord], theirs: dict[str, AnswerRecord]
) -> LogitAgreement | None:
    shared = [
        (ours[trial], theirs[trial])
        for trial in ours
        if trial in theirs and len(ours[trial].logits) == len(theirs[trial].logits)
    ]
    if not shared:
        return None
    differences = np.array([np.abs(np.subtract(a.logits, b.logits)).max() for a, b in shared])
    return LogitAgreement(
        first=side_name(first),
        second=side_name(second),
        n=len(shared),
        clips=len({a.clip for a, _ in shared}),
        largest_difference=float(differences.max()),
        median_difference=float(np.median(differences)),
        largest_at=shared[int(differences.argmax())][0].trial,
        same_top1=sum(a.top[0].label == b.top[0].label for a, b in shared),
    )


def hashes_seen(log: RunLog) -> dict[AnswerPath, list[str]]:
    """The SHA-256 of the model file that each path reported with its answers."""
    seen: dict[AnswerPath, set[str]] = defaultdict(set)
    for answer in log.answers:
        seen[answer.path].add(answer.sha256)
    return {path: sorted(seen[path]) for path in PATH_ORDER if path in seen}
