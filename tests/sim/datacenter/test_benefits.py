from random import Random

import pytest

from vlearn.sim.datacenter.benefits import measured
from vlearn.sim.datacenter.consolidation import SERVER, compare, made_up

WORKLOADS = made_up(60, Random(4))
BENEFITS = {benefit.name: benefit for benefit in measured(WORKLOADS)}
MORE = ("Isolation", "Encapsulation")


@pytest.mark.parametrize("name", BENEFITS)
def test_each_benefit_is_one_and_has_its_price(name):
    benefit = BENEFITS[name]
    assert (benefit.after > benefit.before) == (name in MORE)
    assert benefit.after != benefit.before
    assert benefit.price


def test_figures_are_those_of_the_models():
    found = compare(WORKLOADS, SERVER)
    assert (BENEFITS["Server consolidation"].before, BENEFITS["Server consolidation"].after) == (60, found.after.hosts)
    assert BENEFITS["Lower costs"].after == found.after.energy
    assert f"takes {found.after.lost_with_one} workloads" in BENEFITS["Server consolidation"].price


def test_moving_a_machine_has_a_downtime():
    moved = BENEFITS["Workload mobility"]
    assert moved.before == 120 + 600 + 32 + 30 + 1
    assert 0 < moved.after <= 0.3
    assert moved.price == "8.9 GB sent, in 7.1 s: not instantly"
