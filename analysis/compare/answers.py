"""What the paths answered: accuracy over clips, agreement of the logits, and the hashes of the model file.

A clip has one vote, its first warm answer on a path: repeated runs of one clip are no new evidence.
"""

import numpy as np

from analysis.compare.answer_columns import PATH_ORDER, Side, SideAnswers
from analysis.compare.comparison import Accuracy, AnswerPath, LogitAgreement, Proportion
from analysis.compare.run_log import RunLog
from analysis.statistics import wilson


def side_name(side: Side) -> str:
    path, wire = side
    return f"{path} {wire}" if wire else path


def accuracies(log: RunLog) -> list[Accuracy]:
    """Top-1 and top-5 of each path and wire over the clips whose true gloss the model can name."""
    rows = [_accuracy(log, side, answers) for side, answers in log.warm_answers.items()]
    return [row for row in rows if row]


def _accuracy(log: RunLog, side: Side, answers: SideAnswers) -> Accuracy | None:
    labels = log.run.model.labels
    names = log.answers.labels.names
    first = answers.first
    gloss = answers.gloss[first]
    judged = gloss >= 0
    nameable = np.array([labels is None or name in labels for name in names], dtype=bool)
    inside = first[judged & nameable[gloss]]
    if not inside.size:
        return None
    clip_and_label = np.unique(np.stack([answers.clip, answers.top1]), axis=1)
    labels_of_clip = np.unique(clip_and_label[0], return_counts=True)[1]
    path, wire = side
    return Accuracy(
        path=path,
        wire=wire,
        n=int(inside.size),
        top1=proportion(int(np.sum(answers.gloss[inside] == answers.top1[inside])), int(inside.size)),
        top5=proportion(int(np.sum(answers.hit5[inside])), int(inside.size)),
        clips_answered=int(first.size),
        clips_outside_vocabulary=int(np.sum(judged)) - int(inside.size),
        clips_with_one_answer_in_all_rounds=int(np.sum(labels_of_clip == 1)),
    )


def proportion(count: int, n: int) -> Proportion:
    """`count` of `n` with its Wilson interval."""
    return Proportion(count, count / n, *wilson(count, n))


def logit_agreements(log: RunLog) -> list[LogitAgreement]:
    """For every two sides: the largest difference of any logit, over trials that both answered."""
    sides = log.warm_answers
    names = [side for side, answers in sides.items() if answers.lengths.any()]
    pairs = [(a, b) for index, a in enumerate(names) for b in names[index + 1 :]]
    rows = [_agreement(log, a, b, sides[a], sides[b]) for a, b in pairs]
    return [row for row in rows if row]


def _agreement(log: RunLog, first: Side, second: Side, ours: SideAnswers, theirs: SideAnswers) -> LogitAgreement | None:
    our_rows, their_rows = _last_with_logits(ours), _last_with_logits(theirs)
    _, a, b = np.intersect1d(ours.trial[our_rows], theirs.trial[their_rows], return_indices=True)
    a, b = our_rows[a], their_rows[b]
    comparable = ours.lengths[a] == theirs.lengths[b]
    order = np.argsort(a[comparable], kind="stable")
    a, b = a[comparable][order], b[comparable][order]
    if not a.size:
        return None
    differences = np.empty(a.size)
    for length in np.unique(ours.lengths[a]):
        same = ours.lengths[a] == length
        columns = np.arange(length)
        gap = ours.logits[ours.starts[a[same], None] + columns] - theirs.logits[theirs.starts[b[same], None] + columns]
        differences[same] = np.abs(gap).max(axis=1)
    return LogitAgreement(
        first=side_name(first),
        second=side_name(second),
        n=int(a.size),
        clips=int(np.unique(ours.clip[a]).size),
        largest_difference=float(differences.max()),
        median_difference=float(np.median(differences)),
        largest_at=log.answers.trials.names[ours.trial[a[differences.argmax()]]],
        same_top1=int(np.sum(ours.top1[a] == theirs.top1[b])),
    )


def _last_with_logits(answers: SideAnswers) -> np.ndarray:
    """One row a trial: the last of those that bear logits."""
    rows = np.flatnonzero(answers.lengths)[::-1]
    return rows[np.unique(answers.trial[rows], return_index=True)[1]]


def hashes_seen(log: RunLog) -> dict[AnswerPath, list[str]]:
    """The SHA-256 of the model file that each path reported with its answers."""
    hashes = log.answers.hashes
    return {path: sorted(hashes[path]) for path in PATH_ORDER if path in hashes}
