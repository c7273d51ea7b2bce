"""Replacement policies: which way goes next, after these hits and fills."""

import pytest

from vlearn.sim.memory.replacement import POLICIES


def after(policy, uses, ways=4):
    """The next victim of a set whose ways were filled in order and then hit as given."""
    rule = POLICIES[policy]
    order = rule.start(ways)
    for way in range(ways):
        order = rule.fill(order, way)
    for way in uses:
        order = rule.hit(order, way)
    return rule.victim(order)


VICTIMS = [
    ("LRU", (), 0),
    ("LRU", (0,), 1),
    ("LRU", (0, 1, 2), 3),
    ("LRU", (3, 2, 1, 0), 3),
    ("FIFO", (), 0),
    ("FIFO", (0, 1, 2), 0),
    ("tree-PLRU", (), 0),
    ("tree-PLRU", (0,), 2),
    ("tree-PLRU", (2,), 0),
    ("tree-PLRU", (2, 0), 3),
    ("tree-PLRU", (0, 2, 1), 3),
]


@pytest.mark.parametrize(("policy", "uses", "victim"), VICTIMS)
def test_a_policy_chooses_its_victim(policy, uses, victim):
    assert after(policy, uses) == victim


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("ways", [1, 2, 4, 8])
def test_filling_each_victim_in_turn_reaches_every_way(policy, ways):
    rule = POLICIES[policy]
    order, filled = rule.start(ways), []
    for _ in range(ways):
        filled.append(rule.victim(order))
        order = rule.fill(order, filled[-1])
    assert sorted(filled) == list(range(ways))


@pytest.mark.parametrize("policy", ["LRU", "tree-PLRU"])
def test_the_way_just_used_is_never_the_victim(policy):
    for way in range(4):
        assert after(policy, (way,)) != way


def test_the_tree_only_approximates_lru():
    assert after("LRU", (0, 2)) == 1
    assert after("tree-PLRU", (0, 2)) == 1
    assert after("LRU", (0, 2, 1)) == 3
    assert after("LRU", (1, 0, 2)) == 3
    assert after("tree-PLRU", (1, 0, 2)) == 1
