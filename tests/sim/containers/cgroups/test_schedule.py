"""Who gets how much processor time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.containers.cgroups.trees import machine
from vlearn.errors import ModelError
from vlearn.sim.containers.cgroups.access import WriteFile, read, write
from vlearn.sim.containers.cgroups.processors import SLICE, Compute, Pass, Processors, Sleep
from vlearn.sim.containers.cgroups.schedule import use_processors
from vlearn.trace import run

SECOND = 1_000_000


def used(state, *paths):
    return tuple(state.used(tuple(path.strip("/").split("/"))) for path in paths)


def test_half_a_processor_is_fifty_of_every_hundred_milliseconds():
    cgroups = write(machine({"/a": (20,)}), "/a/cpu.max", "50000 100000")
    trace = run(use_processors, Processors(cgroups), [Compute(20), Pass(250_000)])
    shown = [kind for kind in trace.kinds if kind != "run"]
    assert (
        shown
        == ["compute", "throttle", "idle", "unthrottle", "throttle", "idle", "unthrottle", "throttle"][: len(shown)]
    )
    assert used(trace.final, "/a") == (150_000,)
    assert read(trace.final.cgroups, "/a/cpu.stat").splitlines()[3:6] == [
        "nr_periods 2",
        "nr_throttled 2",
        "throttled_usec 100000",
    ]


def test_weights_are_proportions_and_a_sleeper_leaves_its_share_to_the_others():
    cgroups = write(machine({"/a": (20,), "/b": (21,)}), "/a/cpu.weight", "300")
    trace = run(use_processors, Processors(cgroups), [Compute(20), Compute(21), Pass(SECOND), Sleep(20), Pass(SECOND)])
    assert used(trace.final, "/a", "/b") == (750_000, 1_250_000)


def test_more_processes_do_not_get_a_group_more_time():
    cgroups = machine({"/a": (20,), "/b": (21, 22, 23)})
    trace = run(use_processors, Processors(cgroups), [*map(Compute, (20, 21, 22, 23)), Pass(SECOND)])
    first, second = used(trace.final, "/a", "/b")
    assert abs(first - second) <= SLICE


def test_four_threads_use_up_the_quota_of_one_processor_in_a_quarter_of_the_period():
    cgroups = write(machine({"/a": (20, 21, 22, 23)}, cpus=4), "/a/cpu.max", "100000 100000")
    trace = run(use_processors, Processors(cgroups), [*map(Compute, (20, 21, 22, 23)), Pass(100_000)])
    throttled = next(step for step in trace.steps if step.event.kind == "throttle")
    assert throttled.state.now == 25_000
    assert read(trace.final.cgroups, "/a/cpu.stat").splitlines()[5] == "throttled_usec 300000"


def test_unused_time_is_lost_without_a_burst_and_kept_with_one():
    cgroups = write(machine({"/a": (20,)}), "/a/cpu.max", "20000 100000")
    work = [Pass(100_000), Compute(20), Pass(100_000)]
    without = run(use_processors, Processors(cgroups), [Compute(20, 1), Pass(50_000), *work]).final
    burst = Processors(write(cgroups, "/a/cpu.max.burst", "10000"))
    kept = run(use_processors, burst, [Compute(20, 1), Pass(50_000), Pass(50_000), Compute(20), Pass(100_000)]).final
    assert used(without, "/a")[0] <= 40_001
    assert used(kept, "/a") == (30_001,)
    assert "nr_bursts 1\nburst_usec 10000\n" in read(run(use_processors, kept, [Pass(1)]).final.cgroups, "/a/cpu.stat")


def test_a_frozen_group_makes_no_progress():
    freeze, thaw = WriteFile("/a/cgroup.freeze", "1"), WriteFile("/a/cgroup.freeze", "0")
    actions = [Compute(20), Pass(10_000), freeze, Pass(50_000), thaw, Pass(10_000)]
    trace = run(use_processors, Processors(machine({"/a": (20,)})), actions)
    assert used(trace.final, "/a") == (20_000,)
    assert trace.kinds.count("idle") == 1


def test_a_cpuset_keeps_a_group_on_its_processors():
    cgroups = write(machine({"/a": (20, 21)}, cpus=2), "/a/cpuset.cpus", "1")
    trace = run(use_processors, Processors(cgroups), [Compute(20), Compute(21), Pass(100_000)])
    assert {stretch.running[0] for stretch in trace.final.history} == {None}
    assert used(trace.final, "/a") == (100_000,)


def test_work_ends_when_it_is_done():
    trace = run(use_processors, Processors(machine({"/a": (20,)})), [Compute(20, 7_000), Pass(20_000)])
    assert trace.kinds == ("compute", "run", "finish", "idle")
    assert used(trace.final, "/a") == (7_000,)


def test_time_does_not_pass_backwards():
    with pytest.raises(ModelError, match="1 or more"):
        run(use_processors, Processors(machine({})), [Pass(0)])


GROUPS = {"/a": (20, 21), "/b": (), "/b/c": (22,), "/b/d": (23, 24)}
PIDS = (20, 21, 22, 23, 24)
PATHS = ("/a", "/b", "/b/c", "/b/d")
QUOTAS = st.one_of(st.none(), st.integers(1_000, 150_000))


@given(
    st.integers(1, 3),
    st.tuples(*(st.tuples(st.integers(1, 1000), QUOTAS, st.sampled_from((10_000, 50_000, 100_000))) for _ in PATHS)),
    st.lists(st.sampled_from(PIDS), max_size=5, unique=True),
    st.integers(1, 250_000),
)
@settings(deadline=None, max_examples=25)
def test_no_group_gets_more_than_its_quota_and_no_time_is_made_or_lost(cpus, limits, busy, time):
    cgroups = machine(GROUPS, cpus=cpus)
    for path, (weight, quota, period) in zip(PATHS, limits, strict=True):
        cgroups = write(cgroups, f"{path}/cpu.weight", str(weight))
        cgroups = write(cgroups, f"{path}/cpu.max", f"{'max' if quota is None else quota} {period}")
    trace = run(use_processors, Processors(cgroups), [*map(Compute, busy), Pass(time)])
    for path, (_, quota, period) in zip(PATHS, limits, strict=True):
        if quota is not None:
            assert used(trace.final, path)[0] <= quota * -(-time // period)
    given = sum((one.end - one.start) * sum(pid is not None for pid in one.running) for one in trace.final.history)
    assert used(trace.final, "/a")[0] + used(trace.final, "/b")[0] == given <= time * cpus
    assert used(trace.final, "/b") == (sum(used(trace.final, "/b/c", "/b/d")),)
    assert trace.final.now == time
    for one in trace.final.history:
        running = [pid for pid in one.running if pid is not None]
        assert len(running) == len(set(running))


@given(st.tuples(*(st.integers(10, 1000) for _ in range(3))))
@settings(deadline=None, max_examples=20)
def test_busy_groups_get_time_by_weight_within_one_slice(weights):
    cgroups = machine({"/a": (20,), "/b": (21,), "/c": (22, 23)})
    for path, weight in zip(("/a", "/b", "/c"), weights, strict=True):
        cgroups = write(cgroups, f"{path}/cpu.weight", str(weight))
    trace = run(use_processors, Processors(cgroups), [*map(Compute, (20, 21, 22, 23)), Pass(SECOND)])
    shares = [trace.final.tree.groups[(name,)].limits.shares for name in "abc"]
    for got, share in zip(used(trace.final, "/a", "/b", "/c"), shares, strict=True):
        assert abs(got - SECOND * share / sum(shares)) <= 2 * SLICE
