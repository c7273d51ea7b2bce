import pytest

from vlearn.errors import ModelError
from vlearn.sim.monitors.paths import ARRANGEMENTS, DOCUMENTED, KINDS, path

NAMES = (*ARRANGEMENTS, "paravirtual, 64 bits")
ENTRIES = {
    "bare metal": (0, 0, 0),
    "trap-and-emulate on rings 0/1/3": (1, 2, 1),
    "trap-and-emulate on rings 0/3": (1, 2, 1),
    "paravirtual, 32 bits": (0, 2, 2),
    "paravirtual, 64 bits": (2, 3, 2),
    "VT-x": (0, 0, 1),
}
"""How often the monitor is entered for a system call, a page fault, an interrupt."""


@pytest.mark.parametrize("name", NAMES)
def test_the_monitor_is_entered_as_often_as_the_chapter_says(name):
    assert tuple(path(name, kind).monitor_entries for kind in KINDS) == ENTRIES[name]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", NAMES)
def test_every_path_leads_from_the_process_through_the_kernel_and_back(name, kind):
    found = path(name, kind)
    who = [stage.who for stage in found.stages]
    assert (who[0], who[-1]) == ("process", "process")
    assert "kernel" in who
    assert "process" not in who[1:-1]
    assert all(stage.entry for stage in found.stages[1:])
    assert all(a != b for a, b in zip(found.stages, found.stages[1:], strict=False))


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("bare metal", "ring 0"),
        ("trap-and-emulate on rings 0/1/3", "ring 1"),
        ("trap-and-emulate on rings 0/3", "ring 3"),
        ("paravirtual, 32 bits", "ring 1"),
        ("paravirtual, 64 bits", "ring 3"),
        ("VT-x", "ring 0"),
    ],
)
def test_the_kernel_is_at_one_level_and_the_monitor_at_another(name, level):
    for kind in KINDS:
        found = path(name, kind)
        assert {stage.level for stage in found.stages if stage.who == "kernel"} == {level}
        assert {stage.level for stage in found.stages if stage.who == "monitor"} <= {found.monitor_level}
        assert found.monitor_level != level


def test_only_64_bit_paravirtualization_has_no_run():
    assert {name for name, _ in DOCUMENTED} == {"paravirtual, 64 bits"}
    assert "no model runs it" in path("paravirtual, 64 bits").source
    assert "run of the model" in path("VT-x").source


def test_an_unknown_name_is_refused():
    with pytest.raises(ModelError, match="did you mean 'bare metal'"):
        path("bare metall")
    with pytest.raises(ModelError, match="did you mean 'page fault'"):
        path("VT-x", "page faults")
