"""A year of deliveries for 50 developers beside its limit, how it grows, and pipeline files of a thousand jobs."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from vlearn.bench import Measurement, best_of
from vlearn.sim.delivery.jenkinsfile import read_jenkinsfile
from vlearn.sim.delivery.run_pipeline import run_pipeline
from vlearn.sim.delivery.running import PipelineRun, Push
from vlearn.sim.delivery.team import Team
from vlearn.sim.delivery.workflow import read_workflow
from vlearn.sim.delivery.year import simulate
from vlearn.trace import run

LIMIT = 5.0
"""Seconds for a year."""
JOBS = 1000


def _workflow(jobs: int) -> str:
    body = "\n    runs-on: x\n    steps: [{run: make}]\n"
    return "on: push\njobs:\n" + "".join(
        f"  j{n}:{f'{chr(10)}    needs: j{n // 2}' if n else ''}{body}" for n in range(jobs)
    )


def _jenkinsfile(stages: int) -> str:
    inner = "\n".join(f"stage('s{n}') {{ steps {{ sh 'make' }} }}" for n in range(stages))
    return f"pipeline {{\nagent any\nstages {{\n{inner}\n}}\n}}\n"


def measure() -> Iterator[Measurement]:
    """Lower is better."""
    team = Team(developers=50)
    assert simulate(team, Random(1)).measures.deployment_frequency > 1
    year = best_of(lambda: simulate(team, Random(1)))
    yield Measurement("a year of 50 developers", year, "s", f"limit of {LIMIT:g} s", year / LIMIT)
    one = replace(team, batch=1, lanes=8)
    alone = best_of(lambda: simulate(one, Random(1)))
    yield Measurement("a year of 50 developers, each change alone", alone, "s", f"limit of {LIMIT:g} s", alone / LIMIT)
    large = replace(team, developers=500, lanes=20)
    long = best_of(lambda: simulate(large, Random(1)), 2)
    yield Measurement("a year of 500 developers", long, "s", "ten years of 50", long / (10 * year))
    for name, read, text in (
        ("workflow", read_workflow, _workflow(JOBS)),
        ("Jenkinsfile", read_jenkinsfile, _jenkinsfile(JOBS)),
    ):
        seconds = best_of(lambda read=read, text=text: read(text), 3)
        yield Measurement(f"read a {name} of {JOBS} jobs", seconds, "s", "limit of 2 s", seconds / 2)
    pipeline = read_workflow(_workflow(100))
    seconds = best_of(lambda: run(run_pipeline, PipelineRun(pipeline, 10), [Push("main")]), 3)
    yield Measurement("run a pipeline of 100 jobs", seconds, "s", "limit of 1 s", seconds / 1.0)
