"""Which takes are rendered, with which figure.

Of two recording sessions: R14, which the shipped model never saw, and R02, on whose keypoints it was trained, so that
a right answer on those clips says that the path works and not how good the model is. Of each gloss the first three
takes in the order of their numbers (coffee: the first two of one session, the first of the other), with the figures in
turn. What MediaPipe or the model make of a clip plays no part in the choice.
"""

from dataclasses import dataclass

SESSIONS = ("R02", "R14")
FRAMES = 48  # a take of 20 rows, about two seconds


@dataclass(frozen=True)
class Planned:
    gloss: str
    take: int
    figure: str

    @property
    def clip(self) -> str:
        """The clip's path inside `samples/`."""
        return f"{self.gloss}/{self.gloss}_{self.take}_{self.figure}.webm"


PLAN = [
    Planned(gloss, take, figure)
    for gloss, takes in {
        "hello": [(91, "A"), (103, "B"), (114, "A")],
        "please": [(64, "B"), (73, "A"), (82, "B")],
        "thank-you": [(91, "A"), (103, "B"), (114, "A")],
        "coffee": [(73, "B"), (91, "A"), (183, "B")],
        "no": [(16, "A"), (32, "B"), (48, "A")],
        "tea": [(96, "B"), (112, "A"), (128, "B")],
    }.items()
    for take, figure in takes
]
