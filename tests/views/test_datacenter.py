"""The machine room, the frames, the towers and the cache, drawn at every moment of a run."""

from functools import partial
from random import Random

import pytest

from tests.views.geometry import SVG, collisions, root_of, texts_of
from vlearn.lab.exercises.ch01_runs import SMALL_SERVER, TWELVE, day, spied, squeezed
from vlearn.sim.datacenter.consolidation import Hour, Move, Server, Workload, compare, furnish, live, made_up
from vlearn.sim.datacenter.isolation import LAYOUTS, Cache, crash
from vlearn.trace import run
from vlearn.views.datacenter_cache import draw_cache, leaked_chart
from vlearn.views.datacenter_frames import draw_frames
from vlearn.views.datacenter_room import draw_room
from vlearn.views.datacenter_tower import draw_crash, draw_tower, survivors_table
from vlearn.views.svg import CURRENT, DONE, FAULT

BOUND = compare(TWELVE, SMALL_SERVER).bound
PANICS = {f"{name}, {fault}": crash(layout, fault, "shop") for name, layout in LAYOUTS.items()
          for fault in ("process crash", "memory runs out", "kernel panic", "power failure")}  # fmt: skip
RUNS = {
    "peak": (day(), partial(draw_room, bound=BOUND)),
    "mean": (day("mean"), draw_room),
    "frames": (squeezed(), draw_frames),
    "cache": (spied(), draw_cache),
    **{name: (trace, draw_tower) for name, trace in PANICS.items()},
}


def words(figure):
    return [area.words for area in texts_of(root_of(figure.svg))]


def fills(figure, look):
    return sum(1 for rect in root_of(figure.svg).iter(f"{SVG}rect") if rect.get("fill") == look.fill)


@pytest.mark.parametrize("name", RUNS)
def test_nothing_collides_or_leaves_the_page_at_any_moment(name):
    trace, draw = RUNS[name]
    for n in range(len(trace) + 1):
        event = trace.steps[n - 1].event if n else None
        (figure,) = draw(trace.state_at(n), event)
        assert collisions(figure.svg) == []
        if event:
            assert figure.alt.endswith(f"{event.text[1:]}.")


def test_a_workload_that_moves_is_lit_and_its_own_server_is_off():
    trace = day()
    (figure,) = draw_room(trace.state_at(1), trace.steps[0].event)
    assert fills(figure, CURRENT) == 2  # its cores and its memory
    assert words(figure).count("off") == 1
    assert "a server for each workload: 11 on" in words(figure)
    assert (
        "11 of 12 workloads have a server of their own; common servers that are on: 1. Server 0 carries shop: 8.0"
        in figure.alt
    )


def test_hours_in_which_a_server_is_too_small_have_a_cross():
    trace = day("mean")
    (figure,) = draw_room(trace.final, trace.steps[-1].event)
    assert len(list(root_of(figure.svg).iter(f"{SVG}circle"))) == 3 + 1  # hours 10 to 12, and the tick of the strip
    assert "too small: 10, 11, 12." in figure.alt


def test_the_line_of_the_bound_stands_right_of_as_many_servers():
    trace = day()
    (figure,) = draw_room(trace.final, trace.steps[-1].event, BOUND)
    assert f"dashed: every packing needs {BOUND} or more" in words(figure)
    assert f"Every packing needs {BOUND} common servers or more." in figure.alt


@pytest.mark.parametrize("count", [1, 60])
def test_few_and_many_workloads_are_drawn_too(count):
    workloads = made_up(count, Random(1)) if count > 1 else (Workload("idle", (0,) * 24, 0),)
    big = Server(64_000, 512 * 1024)
    room = run(live, furnish(workloads, big), [*(Move(n, n // 4) for n in range(count)), Hour(3)]).final
    assert collisions(draw_room(room, None)[0].svg) == []


def test_a_shared_frame_names_the_pages_in_it():
    trace = squeezed()
    at = trace.kinds.index("shared") + 1
    (figure,) = draw_frames(trace.state_at(at), trace.steps[at].event)
    assert "0:0 1:0" in words(figure)
    assert "sharing saves 1" in figure.alt
    swapped = trace.kinds.index("host-swap-out") + 1
    (figure,) = draw_frames(trace.state_at(swapped), None)
    assert words(figure).count("host's swap") == fills(figure, FAULT) == 1


def test_a_panic_sinks_what_stands_on_the_kernel_and_leaves_the_rest():
    shared, apart = (crash(LAYOUTS[name], "kernel panic", "shop") for name in ("containers", "virtual machines"))
    assert words(draw_tower(shared.final)[0]).count("dead") == 7
    (figure,) = draw_tower(apart.final)
    assert words(figure).count("dead") == 2
    assert figure.alt.endswith("Surely alive: mail, wiki.")


def test_of_those_at_risk_nobody_is_called_dead():
    (figure,) = draw_tower(crash(LAYOUTS["bare metal, shared"], "memory runs out", "shop").final)
    assert words(figure).count("?") == 3
    assert "dead" not in words(figure)


def test_a_fault_that_cannot_happen_leaves_the_layout_as_it_is():
    told, figure = draw_crash(LAYOUTS["containers"], "monitor bug", "shop")
    assert told.markdown == "Containers: here is no hypervisor that could have a bug."
    assert (figure,) == draw_tower(LAYOUTS["containers"])
    struck = crash(LAYOUTS["virtual machines"], "monitor bug", "shop")
    assert draw_crash(struck.start, "monitor bug", "shop") == draw_tower(struck.final, struck.steps[-1].event)


def test_the_table_of_survivors_has_a_column_for_each_fault():
    rows = {row[0]: row[1:] for row in survivors_table(LAYOUTS).rows}
    assert rows["containers"] == ("2 of 3", "2 of 3", "0 of 3", "no hypervisor", "0 of 3")
    assert rows["virtual machines"] == ("2 of 3", "2 of 3", "2 of 3", "0 of 3", "0 of 3")


def test_a_probe_says_of_each_set_whether_it_was_slow():
    trace = spied()
    (figure,) = draw_cache(trace.state_at(6), trace.steps[5].event)
    assert words(figure).count("slow") == fills(figure, FAULT) == 2
    assert words(figure).count("fast") == 6
    assert fills(figure, DONE) == 6 + 2  # fast sets, and guesses that are right
    (figure,) = draw_cache(trace.state_at(5), trace.steps[4].event)
    assert "slow" not in words(figure)


def test_a_leak_slows_down_with_noise_and_ends_with_ways_apart():
    charts = [
        leaked_chart(cache, (1, 3), noise)
        for cache, noise in ((Cache.of(8, 4), 0), (Cache.of(8, 4), 6), (Cache.of(8, 4, split=True), 0))
    ]
    quiet, noisy, split = (chart.series[0].y for chart in charts)
    assert [chart.series[1].y for chart in charts] == [(0, 0), tuple(100 - known for known in noisy), (100, 100)]
    assert quiet == (100, 100)
    assert noisy[0] < noisy[1] < 100
    assert split == (0, 0)
