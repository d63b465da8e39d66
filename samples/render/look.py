"""The two figures. Colours are RGB, 0 to 255; shape targets are those of mpfb2."""

from dataclasses import dataclass

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Look:
    shape: dict[str, float]  # target -> weight
    eyelids: str  # folder of the expression targets that fit the face
    skin: Colour
    lips: Colour
    shirt: Colour
    hair: Colour
    iris: Colour
    wall: Colour


LOOKS = {
    "A": Look(
        shape={"macrodetails/caucasian-female-young": 1.0},
        eyelids="caucasian",
        skin=(222, 178, 150),
        lips=(150, 60, 70),
        shirt=(60, 90, 120),
        hair=(75, 50, 35),
        iris=(105, 75, 50),
        wall=(190, 200, 206),
    ),
    "B": Look(
        # The "averagemuscle-averageweight" targets are empty, so weight is set on top of the ethnic shapes.
        shape={
            "macrodetails/african-male-young": 0.8,
            "macrodetails/asian-male-young": 0.2,
            "macrodetails/universal-male-young-averagemuscle-maxweight": 0.25,
        },
        eyelids="african",
        skin=(150, 100, 70),
        lips=(120, 60, 60),
        shirt=(70, 120, 90),
        hair=(26, 22, 22),
        iris=(70, 45, 30),
        wall=(205, 195, 175),
    ),
}
