"""Charging, reclaiming and killing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.containers.cgroups.trees import machine
from vlearn.errors import ModelError
from vlearn.sim.containers.cgroups.access import WriteFile, read, remove_group, use_files, write
from vlearn.sim.containers.cgroups.memory import Allocate, Free, ReadFile, use_memory
from vlearn.sim.containers.cgroups.processes import exit
from vlearn.sim.containers.cgroups.state import PAGE, Cgroups
from vlearn.trace import run

MIB = 1 << 20


def limited(limit: str = "1M", **files: str) -> Cgroups:
    return write(machine({"/web": (20, 21), "/db": (22,)}), "/web/memory.max", limit)


def scored(cgroups: Cgroups, **scores: int) -> Cgroups:
    for pid, score in scores.items():
        cgroups = type(cgroups)(cgroups.hierarchies, cgroups.machine, cgroups.scores.set(int(pid[1:]), score))
    return cgroups


def test_page_cache_is_dropped_before_anybody_is_killed():
    trace = run(use_memory, limited(), [ReadFile(20, "/log", 2 * MIB), Allocate(20, MIB // 2)])
    assert "oom" not in trace.kinds
    assert trace.kinds[-2:] == ("reclaim", "charge")
    assert read(trace.final, "/web/memory.current") == f"{MIB}\n"


def test_the_process_with_most_pages_is_killed_and_the_others_live():
    trace = run(use_memory, limited(), [Allocate(20, 300 * 1024), Allocate(21, 900 * 1024)])
    assert trace.kinds == ("charge", "oom", "oom-kill", "killed")
    assert trace.final.killed == (21,)
    assert read(trace.final, "/web/cgroup.procs") == "20\n"
    assert "oom_kill 1" in read(trace.final, "/web/memory.events")


def test_the_killed_one_need_not_be_the_one_that_asks():
    trace = run(use_memory, limited(), [Allocate(20, 900 * 1024), Allocate(21, 300 * 1024)])
    assert trace.final.killed == (20,)
    assert trace.kinds[-1] == "charge"


def test_oom_score_adj_moves_the_choice():
    cgroups = scored(limited(), p20=1000)
    trace = run(use_memory, cgroups, [Allocate(20, 4096), Allocate(21, 2 * MIB)])
    assert trace.final.killed == (20, 21)


def test_nobody_is_killed_where_nobody_may_be():
    cgroups = scored(limited(), p20=-1000, p21=-1000)
    trace = run(use_memory, cgroups, [Allocate(20, 2 * MIB)])
    assert trace.kinds[-1] == "no-victim"
    assert not trace.final.killed


def test_with_memory_oom_group_all_die_together():
    cgroups = write(limited(), "/web/memory.oom.group", "1")
    trace = run(use_memory, cgroups, [Allocate(20, 4096), Allocate(21, 2 * MIB)])
    assert set(trace.final.killed) == {20, 21}
    assert "oom_group_kill 1" in read(trace.final, "/web/memory.events")


def test_a_limit_of_the_parent_counts_for_all_of_its_children():
    cgroups = write(machine({"/a": (), "/a/b": (20,), "/a/c": (21,)}), "/a/memory.max", "1M")
    trace = run(use_memory, cgroups, [Allocate(20, 600 * 1024), Allocate(21, 600 * 1024)])
    assert trace.final.killed == (20,) or trace.final.killed == (21,)
    assert "oom 1" in read(trace.final, "/a/memory.events")
    assert "oom 0" in read(trace.final, "/a/b/memory.events")


def test_memory_high_slows_and_never_kills():
    cgroups = write(machine({"/web": (20,)}), "/web/memory.high", "1M")
    trace = run(use_memory, cgroups, [ReadFile(20, "/log", MIB), Allocate(20, 2 * MIB)])
    assert trace.kinds == ("charge", "charge", "throttle")
    assert "high 1" in read(trace.final, "/web/memory.events")
    assert read(trace.final, "/web/memory.current") == f"{2 * MIB}\n"


def test_lowering_the_limit_reclaims_first_and_then_kills():
    start = run(use_memory, limited("8M"), [Allocate(20, 2 * MIB), ReadFile(21, "/log", 4 * MIB)]).final
    trace = run(use_files, start, [WriteFile("/web/memory.max", "1M")])
    assert trace.kinds == ("reclaim", "oom", "oom-kill", "done")
    assert read(trace.final, "/web/memory.current") == "0\n"


def test_charges_stay_where_they_were_made_when_the_process_moves():
    cgroups = run(use_memory, limited("8M"), [Allocate(20, MIB)]).final
    cgroups = write(cgroups, "/db/cgroup.procs", "20")
    assert read(cgroups, "/web/memory.current") == f"{MIB}\n"
    assert read(cgroups, "/db/memory.current") == "0\n"


def test_a_file_is_charged_to_the_first_who_reads_it():
    trace = run(use_memory, limited("8M"), [ReadFile(20, "/lib", MIB), ReadFile(22, "/lib", MIB)])
    assert read(trace.final, "/web/memory.current") == f"{MIB}\n"
    assert read(trace.final, "/db/memory.current") == "0\n"


def test_page_cache_outlives_the_process_and_goes_to_the_parent_with_the_group():
    cgroups = run(use_memory, machine({"/a": (), "/a/b": (20,)}), [ReadFile(20, "/lib", MIB), Allocate(20, MIB)]).final
    cgroups = exit(cgroups, 20)
    assert read(cgroups, "/a/b/memory.stat") == f"anon 0\nfile {MIB}\n"
    assert read(remove_group(cgroups, "/a/b"), "/a/memory.current") == f"{MIB}\n"


def test_a_process_that_is_not_there_uses_no_memory():
    with pytest.raises(ModelError, match="no process 99"):
        run(use_memory, limited(), [Allocate(99, 1)])


SIZES = st.integers(0, 400 * 1024)
ACTIONS = st.one_of(
    st.builds(Allocate, st.sampled_from((20, 21, 22)), SIZES),
    st.builds(Free, st.sampled_from((20, 21, 22)), SIZES),
    st.builds(ReadFile, st.sampled_from((20, 21, 22)), st.sampled_from(("/x", "/y")), SIZES),
)


@given(st.lists(ACTIONS, max_size=12))
@settings(deadline=None, max_examples=60)
def test_no_limit_is_exceeded_and_no_page_is_charged_twice(actions):
    cgroups = write(machine({"/a": (), "/a/b": (20, 21), "/a/c": (22,)}), "/a/memory.max", "1M")
    cgroups = write(cgroups, "/a/b/memory.max", "600K")
    for action in actions:
        if action.pid in cgroups.zombies:
            continue
        for step in use_memory(cgroups, action):
            cgroups = step.state
            sums = {name: int(read(cgroups, f"{name}/memory.current")) for name in ("/a", "/a/b", "/a/c")}
            assert sums["/a"] == sums["/a/b"] + sums["/a/c"]
            assert sums["/a"] <= MIB
            assert sums["/a/b"] <= 600 * 1024
            groups = cgroups.hierarchies[""].groups.values()
            for file in ("/x", "/y"):
                assert sum(group.usage.cache.get(file, 0) for group in groups) * PAGE <= 400 * 1024
