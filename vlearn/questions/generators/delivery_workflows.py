"""Questions whose key is a run of a GitHub Actions workflow: the order in which jobs end, and the result of each."""

from dataclasses import replace
from random import Random

from vlearn.blocks import Code, Text
from vlearn.questions.generators.delivery_scenes import (
    drawn_jobs,
    times_table,
)
from vlearn.questions.generators.forms import asked_below, plain_table
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Ordering
from vlearn.questions.replay import Replay
from vlearn.sim.delivery.expressions import condition
from vlearn.sim.delivery.job import Job
from vlearn.sim.delivery.pipeline import Pipeline, with_minutes
from vlearn.sim.delivery.run_pipeline import run_pipeline
from vlearn.sim.delivery.running import EVERY, PipelineRun, Push
from vlearn.sim.delivery.workflow import read_workflow
from vlearn.trace import run
from vlearn.views.delivery_pipeline import draw

MINUTES = (1, 2, 3, 4, 5, 6, 8, 9, 12)
RESULTS = {"passed": "success", "failed": "failure", "skipped": "skipped", "blocked": "skipped"}
"""What GitHub calls the statuses of the model."""
_MAIN = "github.ref == 'refs/heads/main'"
_IFS = ("always()", "failure()", _MAIN, "github.ref_name != 'main'")


def order_of_jobs(rng: Random) -> Posed:
    """In which order do the jobs of a workflow end?"""
    while True:
        jobs = drawn_jobs(rng, rng.choice((5, 6)), MINUTES)
        final = run(run_pipeline, PipelineRun(Pipeline("drawn", jobs)), (Push("main"),)).final
        order = sorted(final.ended, key=final.ended.__getitem__)
        shown = [job.name for job in jobs]
        by_length = [job.name for job in sorted(jobs, key=lambda job: job.minutes)]
        if len(set(final.ended.values())) == len(jobs) and order not in (shown, by_length):
            break
    text = _workflow(jobs, {})
    pipeline = with_minutes(read_workflow(text), {job.name: job.minutes for job in jobs})
    replay = Replay(run_pipeline, PipelineRun(pipeline), (Push("main"),), draw)
    key = tuple(shown.index(name) for name in order)
    rows = tuple((f"`{job.name}`", f"{job.minutes:g}") for job in jobs)
    prompt = (
        Text(
            "There is a runner for each job of this workflow, starting one takes no time, and every job succeeds after"
            " the minutes below (made up for this exercise). In which order do the jobs end, the first one at the top?"
        ),
        Code(text, "yaml"),
        plain_table(("Job", "Minutes"), rows),
    )
    moral = Text(
        "Jobs start together unless `needs` holds one back; then it starts when the last of those has ended. Their"
        " order in the file means nothing."
    )
    answer = Ordering(tuple(f"`{name}`" for name in shown), key)
    return Posed(prompt, answer, (moral, times_table(replay.trace().final)), replay)


def results_of_jobs(rng: Random) -> Posed:
    """Which result has each job of a run in which one fails?"""
    while True:
        jobs = drawn_jobs(rng, 6, MINUTES)
        waiting = [job.name for job in jobs if job.needs]
        ifs = {name: rng.choice(_IFS) for name in rng.sample(waiting, min(2, len(waiting)))}
        branch, failing = rng.choice(("main", "fix")), rng.choice([job.name for job in jobs if job.name not in ifs])
        drawn = tuple(
            replace(job, condition=condition(ifs.get(job.name, "success()")) or job.condition) for job in jobs
        )
        push = Push(branch, ((failing, EVERY),))
        results = _results(run(run_pipeline, PipelineRun(Pipeline("drawn", drawn)), (push,)).final)
        if results.count("failure") == 1 and 2 <= results.count("skipped") <= 4 and results.count("success") >= 2:
            break
    text = _workflow(jobs, ifs)
    replay = Replay(run_pipeline, PipelineRun(read_workflow(text)), (push,), draw)
    trace = replay.trace()
    rows = tuple((f"`{job.name}`", result) for job, result in zip(jobs, _results(trace.final), strict=True))
    prompt = (
        Text(
            f"A commit is pushed to the branch `{branch}`. In this workflow, a step of `{failing}` fails if the job"
            " runs; all other steps would succeed. Write the result of each job: `success`, `failure` or `skipped`."
        ),
        Code(text, "yaml"),
    )
    told = "; ".join(step.event.text for step in trace.steps if step.event.kind in ("skip", "block", "fail"))
    solution = Text(
        "Without an `if` that says otherwise, a job runs only if all that it needs, directly and further back, has"
        " succeeded: a failure or a skip goes down the whole chain. `always()` runs it whatever came before it,"
        " `failure()` only after a failure among them, a comparison of the branch only there (and after success). "
        f"In this run {told}."
    )
    return Posed(prompt, asked_below(("Job", "Result"), rows, "Result"), (solution,), replay)


def _results(final: PipelineRun) -> list[str]:
    return [RESULTS[final.status[job.name]] for job in final.pipeline.jobs]


def _workflow(jobs: tuple[Job, ...], ifs: dict[str, str]) -> str:
    """The file, with needs as a name or a list and conditions with or without braces."""
    lines = ["on: push", "jobs:"]
    for job in jobs:
        lines += [f"  {job.name}:", "    runs-on: ubuntu-latest"]
        if job.needs:
            listed = job.needs[0] if len(job.needs) == 1 else f"[{', '.join(job.needs)}]"
            lines.append(f"    needs: {listed}")
        if job.name in ifs:
            lines.append(f"    if: {ifs[job.name]}")
        lines.append(f"    steps: [{{run: make {job.name}}}]")
    return "\n".join(lines)
