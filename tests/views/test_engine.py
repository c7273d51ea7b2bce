"""What the pictures of the engine say: in words too, and at every moment of a run."""

from xml.etree.ElementTree import fromstring

from vlearn.blocks import Figure, Table
from vlearn.sim.engine import Docker, Settings
from vlearn.sim.engine.actions import Remove, Run, Stop
from vlearn.sim.engine.state import Engine
from vlearn.trace import Trace
from vlearn.views.engine_anatomy import draw_anatomy
from vlearn.views.engine_run import STATIONS, draw_run, station_of


def traced() -> tuple[Trace[Engine], ...]:
    docker = Docker.boot()
    web = Settings("nginx", name="web", memory=64 << 20)
    return tuple(docker.trace(one) for one in (Run(web, detach=True), Run(web), Stop("web"), Remove("web")))


def test_every_moment_of_a_run_can_be_drawn_and_is_said_in_words() -> None:
    for trace in traced():
        for step in trace.steps:
            for draw in (draw_run, draw_anatomy):
                for block in draw(step.state, step.event):
                    if isinstance(block, Figure):
                        assert fromstring(block.svg).tag.endswith("svg")
                        assert block.alt.endswith(".")


def test_a_run_passes_the_stations_in_order_and_leaves_none_out() -> None:
    passed = [station_of(step.event) for step in traced()[0].steps]
    assert passed == sorted(passed)
    assert set(passed) == set(range(1, len(STATIONS) + 1))


def test_the_anatomy_names_the_parts_as_the_kernel_has_them() -> None:
    final = traced()[0].steps[-1]
    figure, table = draw_anatomy(final.state, final.event)
    assert isinstance(table, Table)
    parts = {part: (what, where) for part, what, where in table.rows}
    pid = final.state.container("web").state.pid
    assert parts["process"] == (f"pid 1 inside, pid {pid} of the host: nginx -g daemon off;", f"/proc/{pid}")
    assert parts["namespaces"][0] == "cgroup, ipc, mnt, net, pid, uts"
    assert parts["control group"][0] == "memory.max 67108864"
    assert parts["network"][0].startswith("eth0 172.17.0.2, veth")
    assert isinstance(figure, Figure)


def test_a_removed_container_leaves_nothing_to_draw() -> None:
    final = traced()[-1].steps[-1]
    assert [type(block).__name__ for block in draw_anatomy(final.state)] == ["Text"]


def test_the_figure_and_the_table_of_the_anatomy_name_the_parts_alike() -> None:
    final = traced()[0].steps[-1]
    figure, table = draw_anatomy(final.state, final.event)
    assert isinstance(figure, Figure)
    assert isinstance(table, Table)
    assert all(f">{part}<" in figure.svg for part, _, _ in table.rows)
    assert max(len(where) for _, _, where in table.rows) < 60
