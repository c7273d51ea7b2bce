"""The published figures come out of runs, within five per cent."""

import pytest

from vlearn.errors import ModelError
from vlearn.sim.migration.decisions import decide
from vlearn.sim.migration.machine import MIB, Link
from vlearn.sim.migration.policies import qemu
from vlearn.sim.migration.published import EXPERIMENTS, reproduce
from vlearn.sim.migration.report import Round

REPORTS = {name: reproduce(name) for name in EXPERIMENTS}
FIGURES = [(name, figure) for name, experiment in EXPERIMENTS.items() for figure in experiment.figures]


@pytest.mark.parametrize(("name", "figure"), FIGURES, ids=str)
def test_a_published_figure_is_reproduced(name, figure):
    assert figure.of(REPORTS[name]) == pytest.approx(figure.value, rel=0.05)
    assert REPORTS[name].identical


@pytest.mark.parametrize(("name", "figure"), FIGURES, ids=str)
def test_what_was_not_verified_is_shown_as_commonly_quoted(name, figure):
    assert ("as commonly quoted" in figure.shown) == (figure.mark != "V")


def test_mmuncher_comes_out_only_with_the_skip_rule():
    with_rule, without = REPORTS["MMuncher"], reproduce("MMuncher", skips=False)
    assert with_rule.rounds[0].sent_bytes == pytest.approx(256 * MIB, rel=0.05)
    assert without.rounds[0].sent_bytes == 512 * MIB
    assert without.memory_sent > 2 * with_rule.memory_sent


def test_all_rounds_of_mmuncher_are_near_the_published_ones():
    sent = [one.sent_bytes / MIB for one in REPORTS["MMuncher"].rounds]
    assert sent == pytest.approx([255.4, 44.0, 116.0, 222.5], rel=0.06)


def test_qemu_pauses_at_38_4_mebibytes_by_default():
    edge = int(38.4 * MIB) // 4096
    for dirty, verdict in ((edge, "pause"), (edge + 1, "go on")):
        last = Round(1, 100_000, 0, dirty, 3.0, min(128 * MIB, 1e9))
        assert decide(qemu(), (last,), 1 << 30, Link(1e9)).verdict == verdict


def test_an_unknown_experiment_is_refused_with_the_nearest():
    with pytest.raises(ModelError, match="did you mean 'Quake 3'"):
        reproduce("Quake")
