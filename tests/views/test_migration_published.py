"""The tables of published migrations, and of post-copies side by side."""

import pytest

from vlearn.render.text import to_text
from vlearn.sim.migration import MIB, PAGE, Link, Sequential, VirtualMachine
from vlearn.sim.migration.published import EXPERIMENTS, reproduce
from vlearn.views.migration_published import draw_experiment, draw_published
from vlearn.views.migration_rounds import post_copies


def test_every_published_figure_stands_beside_the_models_and_is_near_it():
    (table,) = draw_published()
    assert len(table.rows) == sum(len(experiment.figures) for experiment in EXPERIMENTS.values())
    assert all(abs(float(row[4].rstrip("%"))) <= 5 for row in table.rows)


def test_a_figure_that_was_not_checked_is_shown_as_commonly_quoted():
    (table,) = draw_published()
    marks = [figure.mark for experiment in EXPERIMENTS.values() for figure in experiment.figures]
    assert [mark != "V" for mark in marks] == ["as commonly quoted" in row[2] for row in table.rows]


@pytest.mark.parametrize("skips", [True, False])
def test_an_experiment_shows_its_rounds_and_what_was_chosen(skips):
    rounds, chosen = draw_experiment("MMuncher", skips)
    assert len(rounds.rows) == len(reproduce("MMuncher", skips).rounds)
    assert (sum(float(row[2]) for row in rounds.rows) > 0) == skips
    assert [row[0] for row in chosen.rows] == [one.name for one in EXPERIMENTS["MMuncher"].chosen]


def test_post_copies_send_each_page_once_and_prepaging_asks_least_of_a_guest_that_walks():
    machine = VirtualMachine(4 * MIB, (Sequential(2 * MIB, 80e6, MIB),))
    rows = post_copies(machine, Link(125e6)).rows
    assert {row[1] for row in rows} == {f"{machine.pages:,}"}
    demand, push, bubble = (int(row[2].replace(",", "")) for row in rows)
    assert demand >= push >= bubble
    assert demand == 2 * MIB // PAGE
    assert "prepaging" in to_text((post_copies(machine, Link(125e6)),))
