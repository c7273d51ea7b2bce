"""What all of chapter 13's generators have in common: variants that differ, mistakes that are named."""

import pytest

from tests.questions.posing import pose
from vlearn.questions.model import MultipleChoice, SingleChoice
from vlearn.render.text import to_text

NAMES = (
    "where-each-ends", "what-users-see", "culprit-of-runs", "why-each-stopped", "which-continuity", "four-measures",
    "one-measure", "order-of-jobs", "results-of-jobs", "finish-on-runners", "which-shortens", "jenkins-run",
    "overlapping-runs", "runs-of-queue", "steps-of-bisection", "modules-compiled", "minutes-of-build", "false-alarms",
    "minutes-of-suite", "lanes-needed", "figures-of-releases", "errors-in-release", "when-noticed", "drifted-servers",
    "kinds-of-servers",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_poses_the_same_question_and_seeds_differ(name):
    assert pose(name, 7).prompt == pose(name, 7).prompt
    assert pose(name, 7).answer == pose(name, 7).answer
    posed = [pose(name, seed) for seed in range(30)]
    assert len({(to_text(one.prompt), repr(one.answer)) for one in posed}) >= 22


@pytest.mark.parametrize("name", NAMES)
def test_every_wrong_option_names_a_mistake_and_every_solution_says_something(name):
    for seed in range(5):
        posed = pose(name, seed)
        if isinstance(posed.answer, SingleChoice):
            wrong = [one for n, one in enumerate(posed.answer.options) if n != posed.answer.correct]
            assert len(wrong) == 3
            assert all(one.feedback for one in wrong)
        if isinstance(posed.answer, MultipleChoice):
            assert all(one.feedback for one in posed.answer.options)
        assert len(to_text(posed.solution)) > 60
