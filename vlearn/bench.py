"""Runs the benchmarks of the checkout: each measures its own work beside a peer or a limit, in the same run.

A benchmark is a module `tests/benchmarks/bench_*.py` with `measure() -> Iterator[Measurement]`.
"""

import importlib.util
import json
import os
import platform
import resource
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from vlearn.content import PACKAGE
from vlearn.errors import ContentError


@dataclass(frozen=True, slots=True)
class Measurement:
    """A value with its unit, and what it is measured against: `ratio` is value over the peer's value, in this run."""

    name: str
    value: float
    unit: str
    against: str = ""
    ratio: float | None = None


def best_of(work: Callable[[], object], repeat: int = 5) -> float:
    """Seconds of the fastest of `repeat` runs: what the work costs when nothing else disturbs it."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def cpu_seconds(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> float:
    """User and system time of a command in a folder, with all that it starts: a busy machine changes little of it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, cwd=folder, env=os.environ | dict(environment or {}))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _modules(only: str | None) -> Iterator[Path]:
    folder = PACKAGE.parent / "tests" / "benchmarks"
    if not folder.is_dir():
        raise ContentError(f"the benchmarks are part of the checkout ({folder}); the installed package has none")
    found = [path for path in sorted(folder.glob("bench_*.py")) if not only or only in path.stem]
    if not found:
        raise ContentError(f"no benchmark in {folder} has {only!r} in its name")
    yield from found


def _measure(path: Path) -> list[Measurement]:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ContentError(f"{path} is not a Python module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return list(module.measure())


def _table(measurements: list[Measurement]) -> str:
    header = ("name", "value", "unit", "against", "ratio")
    rows = [
        (m.name, f"{m.value:,.4g}", m.unit, m.against, "" if m.ratio is None else f"{m.ratio:.3g}")
        for m in measurements
    ]
    widths = [max(len(row[i]) for row in (header, *rows)) for i in range(len(header))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (header, *rows))
    return "\n".join(line.rstrip() for line in lines)


def run_benchmarks(path: Path, only: str | None) -> str:
    """Measure, write JSON to `path`, and return the table."""
    measurements: list[Measurement] = []
    for module in _modules(only):
        measurements.extend(_measure(module))
    machine = {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count()}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        document = {"machine": machine, "measurements": [asdict(m) for m in measurements]}
        path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    except OSError as problem:
        raise ContentError(f"the measurements cannot be written to {path}: {problem}") from problem
    return _table(measurements)
