"""What the generators of chapter 1 have in common; their keys are recomputed in the files beside this one."""

import pytest

from tests.questions.posing import pose

NAMES = (
    "first-fit-run", "fewest-hosts", "sizing-rules", "energy-of-a-day", "overloaded-periods", "which-to-move",
    "squeezed-memory", "frames-in-use", "which-page-goes", "what-a-crash-takes", "sets-the-spy-sees",
    "secret-from-probes", "when-a-copy-departs", "what-was-forgotten",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_hundred_variants_differ(name):
    asked = (pose(name, seed) for seed in range(105))
    assert len({repr((posed.prompt, posed.answer)) for posed in asked}) >= 100
