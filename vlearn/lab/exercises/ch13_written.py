"""The check of the pipeline that chapter 13's student writes: the file is read, and run after several pushes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from vlearn.errors import ModelError
from vlearn.lab.exercise import Hint
from vlearn.sim.delivery.jenkinsfile import read_jenkinsfile
from vlearn.sim.delivery.pipeline import Pipeline, with_minutes
from vlearn.sim.delivery.run_pipeline import run_pipeline
from vlearn.sim.delivery.running import EVERY, Approve, PipelineRun, Push
from vlearn.sim.delivery.workflow import read_workflow
from vlearn.trace import run

REVIEWERS = {"production": ("ana",)}
ASKS_FIRST = "Jenkins asks before it looks at `when`, unless that says `beforeInput true`."


@dataclass(frozen=True, slots=True)
class Case:
    """A push, whether `ana` opens the gate of `deploy`, and the jobs that must have run and must not."""

    branch: str
    failing: str
    ran: tuple[str, ...]
    not_run: tuple[str, ...]
    asked: bool = False

    def __str__(self) -> str:
        return f"After a push to `{self.branch}`" + (f" on which `{self.failing}` fails" if self.failing else "")


CASES = (
    Case("main", "", ("build", "unit", "lint", "deploy"), ("tell",), asked=True),
    Case("feature", "", ("build", "unit", "lint"), ("deploy", "tell")),
    Case("main", "build", ("build", "tell"), ("unit", "lint", "deploy")),
    Case("main", "unit", ("build", "unit", "lint", "tell"), ("deploy",)),
    Case("main", "lint", ("build", "unit", "lint", "tell"), ("deploy",)),
    Case("feature", "lint", ("build", "unit", "lint", "tell"), ("deploy",)),
    Case("main", "deploy", ("build", "unit", "lint", "deploy", "tell"), (), asked=True),
)
JOBS = ("build", "unit", "lint", "deploy", "tell")


def written(answer: object) -> Hint | None:
    """Whether a pipeline file does what was asked: it is read, and run in each case."""
    if not isinstance(answer, str):
        return Hint("Give the file as a text between three quotes: `answer = '''...'''`.")
    try:
        pipeline = (
            read_jenkinsfile(answer) if re.search(r"\bpipeline\s*\{", answer) else read_workflow(answer, REVIEWERS)
        )
    except ModelError as error:
        return Hint(f"The file is refused. {str(error)[:1].upper()}{str(error)[1:]}.")
    names = {_plain(job.name): job.name for job in pipeline.jobs}
    if missing := [name for name in JOBS if name not in names]:
        return Hint(f"There is no {' and no '.join(missing)}. The jobs are {', '.join(sorted(names))}.")
    return next((hint for case in CASES if (hint := _tried(pipeline, names, case))), None)


def _plain(name: str) -> str:
    return "tell" if name == "post failure" else name.lower()


def _tried(pipeline: Pipeline, names: Mapping[str, str], case: Case) -> Hint | None:
    failing = ((names[case.failing], EVERY),) if case.failing else ()
    start = PipelineRun(with_minutes(pipeline, {names[name]: 5.0 for name in ("build", "unit", "lint")}))
    found = run(run_pipeline, start, [Push(case.branch, failing)]).final
    deploy = names["deploy"]
    if not found.status:
        return Hint(f"{case}, nothing runs at all: look at what starts the pipeline.")
    became = found.status[deploy]
    if became == "held" and not case.asked:
        why = "" if pipeline.skip_spreads else f" {ASKS_FIRST}"
        return Hint(f"{case}, somebody is asked about `deploy`, which is not to run at all.{why}")
    if case.asked and became != "held":
        return Hint(f"{case}, nobody is asked: `deploy` has {became} when it should wait for a person.")
    if case.asked:
        found = run(run_pipeline, found, [Approve(deploy, "ana")]).final
    ran = {plain for plain, name in names.items() if name in found.started}
    for name in case.ran:
        if name not in ran:
            status = found.status[names[name]]
            return Hint(f"{case}, `{name}` does not run: it is {status}. Look at what it needs, and at its condition.")
    for name in case.not_run:
        if name in ran:
            return Hint(f"{case}, `{name}` runs, and should not.")
    return None if case.failing else _beside(found, names, case)


def _beside(found: PipelineRun, names: Mapping[str, str], case: Case) -> Hint | None:
    """Whether the checks ran side by side, and after the build."""
    built = found.ended[names["build"]]
    began = [found.started[names[name]] for name in ("unit", "lint")]
    if min(began) < built:
        return Hint(
            f"{case}, a check starts at {min(began):g} min, and `build` ends at {built:g} min: checks come after."
        )
    if began[0] != began[1]:
        return Hint(f"{case}, `unit` starts at {began[0]:g} min and `lint` at {began[1]:g}: let them run side by side.")
    if "deploy" in case.ran and found.started[names["deploy"]] < found.ended[names["lint"]]:
        return Hint(f"{case}, `deploy` does not wait for both checks.")
    return None
