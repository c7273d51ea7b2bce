"""Charts about images and containers: what releases cost to push, and when a restart policy starts a container."""

from vlearn.blocks import Chart, Series
from vlearn.sim.engine.actions import Advance, Run
from vlearn.sim.engine.docker import Docker, settings_of
from vlearn.sim.images.oci.image import Images
from vlearn.sim.images.registry.state import Exchange
from vlearn.sim.images.registry.transfer import Push, transfer
from vlearn.sim.images.sized import Layers, with_sized
from vlearn.trace import run

BASE, SOURCES = ("base", 30), 6
"""Megabytes of the base image and of a program's sources."""


def pushed_by_release(dependencies: int, every: int, releases: int = 12) -> Chart:
    """What has been pushed after each release, for two orders of a Dockerfile's lines.

    Sources change in each release, dependencies (so many MB) in every so-manyth. The layer of a line is new if its line
    or one before it has changed.
    """
    series = []
    for name, layers_of in (("dependencies first", _dependencies_first), ("sources first", _sources_first)):
        exchange, total, totals = Exchange(), 0, []
        for n in range(1, releases + 1):
            images = with_sized(Images(), f"me/app:{n}", layers_of(n, dependencies, every))
            exchange = Exchange(images, exchange.registries, exchange.sources)
            exchange = run(transfer, exchange, [Push(f"me/app:{n}")]).final
            total += sum(piece.moved for piece in exchange.pieces if piece.what == "layer")
            totals.append(float(total))
        series.append(Series(name, tuple(float(n) for n in range(1, releases + 1)), tuple(totals)))
    return Chart("Layers pushed until a release", "release", "pushed so far (MB)", tuple(series))


def _dependencies_first(release: int, dependencies: int, every: int) -> Layers:
    below = f"dependencies {(release - 1) // every}"
    return (BASE, (below, dependencies), (f"sources {release} on {below}", SOURCES))


def _sources_first(release: int, dependencies: int, _: int) -> Layers:
    return (BASE, (f"sources {release}", SOURCES), (f"dependencies on sources {release}", dependencies))


def starts_over_time(policies: tuple[str, ...], runs: float, code: int, seconds: int = 60) -> Chart:
    """How often a main process that runs for a while and ends with a code has been started, under each policy."""
    series = []
    for policy in policies:
        times = starts(policy, runs, code, seconds)
        points = [(0.0, 0.0)]
        for n, time in enumerate(times, 1):
            points += [(time, n - 1.0), (time, float(n))]
        points.append((float(seconds), float(len(times))))
        series.append(Series(policy, tuple(x for x, _ in points), tuple(y for _, y in points)))
    title = f"Runs of {runs:g} s that end with exit code {code}"
    return Chart(title, "seconds since docker run", "starts of the main process", tuple(series))


def starts(policy: str, runs: float, code: int, seconds: float) -> tuple[float, ...]:
    """Seconds after the first start of every start."""
    docker = Docker.boot()
    asked = settings_of("alpine", "sh", "-c", f"sleep {runs:g}; exit {code}", name="worker", restart=policy)
    docker.call(Run(asked, detach=True))
    docker.call(Advance(seconds))
    found = [one.time for one in docker.engine.happened if (one.kind, one.action) == ("container", "start")]
    return tuple(time - found[0] for time in found)
