"""Layers, builds and transfers as drawings: what they say, and that nothing in them collides."""

from tests.sim.images.builder.test_build import APP, FILES, built
from tests.sim.images.registry.test_transfer import MINE
from tests.views.geometry import collisions, root_of, texts_of
from vlearn.blocks import Code, Figure, Table
from vlearn.sim.images.builder.state import Build
from vlearn.sim.images.dockerfile.parse import parse
from vlearn.sim.images.registry.state import Exchange
from vlearn.sim.images.registry.transfer import Pull, Push, transfer
from vlearn.trace import run
from vlearn.views.images_build import draw_build
from vlearn.views.images_layers import draw_image, in_bytes
from vlearn.views.images_transfer import draw_transfer

LONG = f"{APP}RUN {' && '.join(['echo something that is rather long'] * 9)}\nUSER someone"


def test_every_moment_of_a_build_is_drawn_without_collisions() -> None:
    trace = built(Build(parse(LONG), FILES, tag="app"), Build(parse(LONG.replace("&& echo $A", "&& echo b")), FILES))
    for state, event in ((trace.start, None), *((step.state, step.event) for step in trace.steps)):
        figure, table = draw_build(state, event)
        assert isinstance(figure, Figure)
        assert isinstance(table, Table)
        assert collisions(figure.svg) == []


def test_a_build_shows_what_came_from_the_cache() -> None:
    trace = built(Build(parse(APP), FILES), Build(parse(APP.replace("installed", "Installed")), FILES))
    figure, table = draw_build(trace.final, trace.steps[-1].event)
    assert isinstance(table, Table)
    assert [row[3] for row in table.rows] == ["base", "CACHED", "CACHED", "CACHED", *["executed"] * 4]
    assert isinstance(figure, Figure)
    assert ["cached" in area.words for area in texts_of(root_of(figure.svg)) if "B" in area.words[-2:]].count(True) == 1
    assert "made now: RUN" in figure.alt


def test_a_failed_build_shows_what_docker_prints() -> None:
    trace = built(Build(parse("FROM scratch\nRUN false")))
    *_, printed = draw_build(trace.final, trace.steps[-1].event)
    assert isinstance(printed, Code)
    assert "   2 | >>> RUN false" in printed.source


def test_an_image_shows_each_layer_with_its_instruction_and_the_history_with_those_without() -> None:
    trace = built(Build(parse(APP), FILES, tag="app"))
    figure, table = draw_image(trace.final.images, "docker.io/library/app:latest")
    assert isinstance(figure, Figure)
    assert isinstance(table, Table)
    assert [area.words for area in texts_of(root_of(figure.svg))].count("RUN /bin/sh -c echo installed > deps") == 1
    assert [row[1] for row in table.rows].count("no layer") == 3
    assert collisions(figure.svg) == []


def test_every_moment_of_a_transfer_is_drawn_without_collisions() -> None:
    pushed = run(transfer, Exchange(MINE), [Push("me/app:1"), Push("me/app:2"), Push("me/no")])
    pulled = run(transfer, Exchange(registries=pushed.final.registries), [Pull("me/app:1"), Pull("me/app:2")])
    for trace in (pushed, pulled):
        for state, event in ((trace.start, None), *((step.state, step.event) for step in trace.steps)):
            figure, table = draw_transfer(state, event)
            assert isinstance(figure, Figure)
            assert isinstance(table, Table)
            assert collisions(figure.svg) == []
            assert f"{in_bytes(state.moved)} moved" in figure.alt
            assert table.rows[-1][-1] == in_bytes(state.moved)


def test_sizes_are_those_of_docker() -> None:
    assert [in_bytes(size) for size in (0, 999, 1234, 5_600_000, 7 * 10**9)] == [
        "0 B",
        "999 B",
        "1.23 kB",
        "5.6 MB",
        "7 GB",
    ]
