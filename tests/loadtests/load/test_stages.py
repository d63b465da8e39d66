import pytest

from loadtests.load.errors import LoadError
from loadtests.load.stages import entry_seconds, make_stages, stage_at, total_seconds


def test_a_ramp_reaches_the_rate_in_equal_steps_and_never_passes_it():
    stages = make_stages(20, rate=100, steps=4)
    assert [stage.rate for stage in stages] == [25, 50, 75, 100]
    assert {stage.seconds for stage in stages} == {5}
    assert total_seconds(stages) == 20


def test_a_ramp_of_users_ends_with_all_of_them():
    assert [stage.users for stage in make_stages(6, users=5, steps=3)] == [2, 3, 5]


def test_a_moment_belongs_to_the_stage_that_is_on():
    stages = make_stages(6, rate=30, steps=3)
    assert [stage_at(stages, elapsed) for elapsed in (0, 1.99, 2, 5.9, 6, 100)] == [0, 0, 1, 2, 2, 2]


def test_users_come_when_a_stage_wants_them():
    stages = make_stages(6, users=3, steps=3)
    assert [entry_seconds(stages, user) for user in range(4)] == [0, 2, 4, None]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"seconds": 5}, "Give either a rate"),
        ({"seconds": 5, "rate": 1, "users": 1}, "Give either a rate"),
        ({"seconds": 0, "rate": 1}, "more than 0 seconds"),
        ({"seconds": 5, "rate": -1}, "raise the rate or the duration"),
        ({"seconds": 2, "rate": 1, "steps": 4}, "leave a stage without a request"),
        ({"seconds": 5, "users": 2, "steps": 3}, "needs at least 3 users"),
    ],
)
def test_what_cannot_be_run_says_why(asked, sentence):
    with pytest.raises(LoadError, match=sentence):
        make_stages(**asked)
