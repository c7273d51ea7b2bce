"""Keys of the questions on Raft, recomputed by rules of this file from what the prompt prints."""

import re
from random import Random

import pytest

from tests.questions.raft_runs import SHOWN_BY_RAFT
from vlearn.blocks import Table
from vlearn.questions.generators import GENERATORS
from vlearn.sim.kubernetes.raft import states, violations

SEEDS = range(40)


def pose(name, seed):
    return GENERATORS[name].pose(Random(seed))


def table_of(posed):
    return next(block.rows for block in posed.prompt if isinstance(block, Table))


def right(posed):
    return posed.answer.options[posed.answer.correct].text


@pytest.mark.parametrize("seed", SEEDS)
def test_the_later_last_term_wins_then_the_longer_log(seed):
    posed = pose("who-can-win", seed)
    logs = {row[0]: [int(term) for term in row[1:] if term] for row in table_of(posed)}
    up = {name: (log[-1] if log else 0, len(log)) for name, log in logs.items() if "down" not in name}
    winners = {name for name, log in up.items() if sum(other <= log for other in up.values()) > len(logs) / 2}
    assert {posed.answer.options[n].text for n in posed.answer.correct} == winners
    assert 0 < len(winners) < len(up)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_entry_of_the_own_term_on_a_majority_commits_what_stands_before(seed):
    posed = pose("committed-up-to", seed)
    term = int(re.search(r"leads term (\d+)", posed.prompt[0].markdown)[1])
    rows = [row[1:] for row in table_of(posed)]
    on = [sum(bool(row[n]) for row in rows) for n in range(len(rows[0]))]
    good = [n + 1 for n, held in enumerate(on) if 2 * held > len(rows) and rows[0][n] == str(term)]
    assert right(posed).endswith(f" {good[-1]}" if good else "No entry yet")
    assert len(posed.answer.options) == 4


@pytest.mark.parametrize("seed", SEEDS)
def test_the_room_with_a_majority_of_all_writes(seed):
    posed = pose("which-room-writes", seed)
    rooms = [set(re.findall(r"S\d", row[1])) for row in table_of(posed)]
    down = set(re.findall(r"S\d", posed.prompt[0].markdown))
    size = sum(map(len, rooms))
    writing = [room for room in rooms if 2 * len(room - down) > size]
    assert set(re.findall(r"S\d", right(posed))) == (writing[0] if writing else set())


def test_each_kind_of_key_comes():
    commits = {right(pose("committed-up-to", seed)) for seed in range(80)}
    rooms = {right(pose("which-room-writes", seed)).startswith("The room") for seed in SEEDS}
    assert "No entry yet" in commits
    assert len(commits) > 3
    assert rooms == {True, False}


@pytest.mark.parametrize("name", SHOWN_BY_RAFT)
def test_no_run_of_a_question_breaks_the_rules(name):
    for seed in SEEDS:
        assert not violations(states(pose(name, seed).replay.trace()))
