"""The views of processor time, memory and networks of containers say in words what they show."""

import pytest

from tests.sim.containers.cgroups.trees import machine
from tests.sim.containers.network.topologies import FIRST, OUTSIDE, address, docker
from tests.views.geometry import boxes_of, page_of, root_of, texts_of
from vlearn.blocks import Figure, Table
from vlearn.sim.containers.cgroups.access import write
from vlearn.sim.containers.cgroups.memory import Allocate, ReadFile, use_memory
from vlearn.sim.containers.cgroups.processors import Compute, Pass, Processors
from vlearn.sim.containers.cgroups.schedule import use_processors
from vlearn.sim.containers.network.packets import Journey
from vlearn.sim.containers.network.traffic import Connect, Ping, use_network
from vlearn.trace import run
from vlearn.views.containers_cpu import draw_processors
from vlearn.views.containers_memory import draw_memory
from vlearn.views.containers_network import draw_networks


def processors():
    cgroups = write(machine({"/a": (20,), "/b": (21,)}), "/a/cpu.max", "20000 100000")
    actions = [Compute(20), Compute(21), Pass(150_000)]
    return run(use_processors, Processors(cgroups), actions), draw_processors


def memory():
    cgroups = write(write(machine({"/a": (20, 21)}), "/a/memory.max", "1M"), "/a/memory.high", "900K")
    return run(
        use_memory, cgroups, [ReadFile(20, "/log", 1 << 19), Allocate(20, 1 << 18), Allocate(21, 1 << 20)]
    ), draw_memory


def networks():
    actions = [Ping(FIRST, address("172.17.0.3")), Connect(OUTSIDE, address("192.168.1.10"), 8080)]
    return run(use_network, Journey(docker()), actions), draw_networks


RUNS = {"processors": processors, "memory": memory, "networks": networks}


@pytest.mark.parametrize("name", RUNS)
def test_every_moment_is_drawn_within_its_page(name):
    trace, draw = RUNS[name]()
    moments = [(trace.start, None), *((step.state, step.event) for step in trace.steps)]
    for state, event in moments:
        figure = draw(state, event)[0]
        assert isinstance(figure, Figure)
        root = root_of(figure.svg)
        page = page_of(root)
        assert all(page.holds(area) for area in boxes_of(root))
        assert all(page.holds(area, 3) for area in list(texts_of(root))[1:])
        assert event is None or event.text in figure.alt


def test_throttling_is_a_word_and_a_lane():
    trace, draw = processors()
    moment = next(step for step in trace.steps if "throttle" in step.event.kind)
    figure, table = draw(trace.final, moment.event)
    assert "throttled" in figure.svg
    assert "throttled: /a" in draw(trace.final, None)[0].alt
    assert isinstance(table, Table)
    assert ("/a", "100", "20 of 100 ms", "40", "26.7 %", "1 of 1") in table.rows


def test_the_table_says_whom_the_killer_would_choose():
    trace, draw = memory()
    points = draw(trace.state_at(2), None)[2]
    assert ("20", "/a", "256 KiB", "0", "64") in points.rows


def test_the_hop_is_lit_and_its_tables_are_shown():
    trace, draw = networks()
    crossing = next(step for step in trace.steps if step.event.kind == "veth")
    assert 'stroke-width="4"' in draw(crossing.state, crossing.event)[0].svg
    rows = draw(trace.final, None)[2].rows
    assert ("c1", "neighbour", "172.17.0.3 is at 02:42:00:00:00:05") in rows
