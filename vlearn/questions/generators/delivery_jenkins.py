"""A question whose key is a run of a declarative Jenkinsfile: when each stage begins, or that it does not."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from vlearn.blocks import Code, Text
from vlearn.questions.generators.delivery_scenes import NEVER
from vlearn.questions.generators.forms import asked_below
from vlearn.questions.generators.posed import Posed
from vlearn.questions.replay import Replay
from vlearn.sim.delivery.jenkinsfile import read_jenkinsfile
from vlearn.sim.delivery.pipeline import with_minutes
from vlearn.sim.delivery.run_pipeline import run_pipeline
from vlearn.sim.delivery.running import EVERY, PipelineRun, Push
from vlearn.views.delivery_pipeline import draw

FIRST, LAST = ("Build", "Checkout", "Compile"), ("Deploy", "Publish", "Release")
SIDE = ("Browser", "Docs", "Lint", "Scan", "Unit")
AFTER = ("Notes", "Package", "Smoke")
HEADER = ("Stage or block", "Minutes", "Begins at minute")


@dataclass(frozen=True, slots=True)
class File:
    """A Jenkinsfile in which the `side` stages are parallel, `fast` or not; `when` has the conditions of stages."""

    first: str
    side: tuple[str, ...]
    after: str
    last: str
    when: tuple[tuple[str, str], ...]
    post: tuple[str, ...]
    fast: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The stages with steps, in the order of the file."""
        return self.first, *self.side, self.after, self.last

    @property
    def text(self) -> str:
        """As it is written."""
        return "\n".join(
            (
                "pipeline {",
                "  agent any",
                "  stages {",
                self._stage(self.first, 4),
                "    stage('Checks') {",
                *(["      failFast true"] if self.fast else ()),
                "      parallel {",
                *(self._stage(name, 8) for name in self.side),
                "      }",
                "    }",
                self._stage(self.after, 4),
                self._stage(self.last, 4),
                "  }",
                "  post {",
                *(f"    {block} {{ sh 'make {block}' }}" for block in self.post),
                "  }",
                "}",
            )
        )

    def _stage(self, name: str, indent: int) -> str:
        condition = f"when {{ {dict(self.when)[name]} }}; " if name in dict(self.when) else ""
        lines = [f"stage('{name}') {{", *([f"  {condition[:-2]}"] if condition else ())]
        lines += [f"  steps {{ sh 'make {name.lower()}' }}", "}"]
        if not condition:
            lines = [f"stage('{name}') {{ steps {{ sh 'make {name.lower()}' }} }}"]
        return "\n".join(" " * indent + line for line in lines)


def jenkins_run(rng: Random) -> Posed:
    """When does each stage of a Jenkinsfile begin, and which blocks of its post run?"""
    while True:
        file = _drawn(rng)
        minutes = {name: float(rng.randrange(1, 10)) for name in file.names}
        branch = rng.choice(("main", "fix"))
        failing = rng.choice((None, *file.side, file.after))
        pipeline = with_minutes(read_jenkinsfile(file.text), minutes)
        push = Push(branch, ((failing, EVERY),) if failing else ())
        replay = Replay(run_pipeline, PipelineRun(pipeline, branch=branch), (push,), draw)
        rows = tuple(_rows(file, minutes, replay.trace().final))
        began = [row[2] for row in rows]
        if NEVER in began and len(set(began)) >= 4 and (failing is None or replay.trace().final.result == "failed"):
            break
    fails = f"the step of `{failing}` fails at its end, all others succeed" if failing else "all steps succeed"
    prompt = (
        Text(
            f"A multibranch job of Jenkins builds the branch `{branch}` with this file. There are enough executors;"
            f" {fails}. When does each stage, and each block of `post`, begin? Write its minute, the run beginning at"
            f" 0, or `{NEVER}` if its steps are not executed. A block of `post` takes no time."
        ),
        Code(file.text, "groovy"),
    )
    fast = (
        "With `failFast true`, the failure of a parallel stage ends those beside it at once."
        if file.fast
        else "Without `failFast`, parallel stages run to their end, whatever happens beside them."
    )
    solution = Text(
        "Stages follow one another, those inside `parallel` begin together, and the next stage waits for the last of"
        " them. A stage that `when` rules out is passed over, and the run goes on behind it; behind a failure, later"
        f" stages are skipped. {fast} Then come `always` whatever happened, `failure` after a failure, `success` if"
        " there was none."
    )
    return Posed(prompt, asked_below(HEADER, rows, HEADER[2]), (solution,), replay)


def _drawn(rng: Random) -> File:
    after, last = rng.choice(AFTER), rng.choice(LAST)
    side = tuple(rng.sample(SIDE, rng.choice((2, 3))))
    conditions = ("branch 'main'", "not { branch 'main' }")
    when = tuple((name, rng.choice(conditions)) for name in rng.sample((after, last, side[0]), rng.choice((1, 2))))
    post = tuple(rng.sample(("always", "failure", "success"), 2))
    return File(rng.choice(FIRST), side, after, last, when, post, rng.random() < 0.4)


def _rows(file: File, minutes: dict[str, float], final: PipelineRun) -> Iterator[tuple[str, str, str]]:
    for name in file.names:
        yield f"`{name}`", f"{minutes[name]:g}", _begin(final, name)
    for block in file.post:
        yield f"`post`: `{block}`", "0", _begin(final, f"post {block}")


def _begin(final: PipelineRun, name: str) -> str:
    return f"{final.started[name]:g}" if name in final.started else NEVER
