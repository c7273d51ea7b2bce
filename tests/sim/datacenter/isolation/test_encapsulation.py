from itertools import combinations

import pytest

from vlearn.errors import ModelError
from vlearn.sim.datacenter.isolation.encapsulation import COPIES, PARTS, begin, copied, differences, resumes, work
from vlearn.trace import run


def test_only_a_copy_of_every_part_resumes():
    machine = begin()
    subsets = [taken for size in range(len(PARTS) + 1) for taken in combinations(PARTS, size)]
    assert [taken for taken in subsets if resumes(machine, taken)] == [tuple(PARTS)]
    assert [name for name, taken in COPIES.items() if resumes(machine, taken)] == ["suspended machine"]


def test_what_was_forgotten_spreads():
    """Registers that are lost are wrong at once, and the disk is wrong three rounds later."""
    taken = [part for part in PARTS if part != "registers"]
    assert differences(begin(), taken) == ("registers",)
    assert differences(begin(), taken, 1) == ("memory", "registers")
    assert differences(begin(), taken, 2) == ("memory", "registers", "devices")
    assert differences(begin(), taken, 3) == ("disk", "memory", "registers", "devices")


def test_a_template_is_a_machine_that_boots_afresh():
    copy = copied(begin(4), COPIES["template"])
    assert (copy.configuration, copy.disk) == (4, 10)
    assert (copy.memory, copy.registers, copy.devices, copy.clock) == (0, 0, 0, 0)


def test_a_round_of_work():
    trace = run(work, begin(), range(2))
    assert trace.kinds == ("work", "work")
    final = trace.final
    assert (final.registers, final.memory, final.devices, final.disk, final.clock) == (34, 82, 110, 110, 52)


REFUSED = [
    (lambda: begin(0), "1 processor"),
    (lambda: copied(begin(), ["registres"]), "did you mean 'registers'"),
    (lambda: differences(begin(), PARTS, -1), "0 rounds or more"),
]


@pytest.mark.parametrize(("ask", "says"), REFUSED)
def test_what_cannot_be_is_refused(ask, says):
    with pytest.raises(ModelError, match=says):
        ask()
