"""A question whose key is when a job starts its pods, which end one after another, some of them badly."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from vlearn.blocks import Block, Table, Text
from vlearn.questions.generators.cluster_scenes import NOW, Object, pod_object
from vlearn.questions.generators.forms import asked_below
from vlearn.questions.generators.posed import Posed
from vlearn.questions.replay import Replay
from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.controllers.job import job_step
from vlearn.trace import Event, Step, run

NEVER = "-"
HEADER = ("Pod", "Ends with", "Created at")
PODS = 6


@dataclass(frozen=True, slots=True)
class Work:
    """A job that runs one pod at a time, its pods with the seconds at which they were created, and the time."""

    completions: int
    limit: int
    pods: tuple[Object, ...] = ()
    created: tuple[float, ...] = ()
    now: float = 0.0
    over: str = ""

    @property
    def job(self) -> Object:
        """The job."""
        template = {"spec": {"restartPolicy": "Never"}}
        spec = {"completions": self.completions, "parallelism": 1, "backoffLimit": self.limit, "template": template}
        return {"metadata": {"name": "job"}, "spec": spec, "status": {}}


@dataclass(frozen=True, slots=True)
class Plan:
    """How long each pod runs, in seconds, and the exit code with which each ends."""

    runs: int
    codes: tuple[int, ...]


def labour(work: Work, plan: Plan) -> Iterator[Step[Work]]:
    """The job's controller acts until the job is over, or wants a pod that the plan does not tell of."""
    while not work.over:
        step = job_step(work.job, work.pods, NOW + work.now)
        if step.failure:
            work = replace(work, over=step.failure)
            yield Step(Event("failed", f"{work.now:g} s: the job has failed, {step.failure}"), work)
        elif step.succeeded >= work.completions:
            work = replace(work, over="Complete")
            yield Step(Event("complete", f"{work.now:g} s: the job is complete"), work)
        elif step.create:
            number = len(work.pods)
            if number == len(plan.codes):
                return
            pod = _ended(number, work.now + plan.runs, plan.codes[number])
            work = replace(work, created=(*work.created, work.now))
            yield Step(Event("create", f"{work.now:g} s: pod {number + 1} is created"), work)
            work = replace(work, pods=(*work.pods, pod), now=work.now + plan.runs)
            yield Step(Event("end", f"{work.now:g} s: it ends with exit code {plan.codes[number]}"), work)
        else:
            work = replace(work, now=work.now + step.wait)
            yield Step(Event("wait", f"after {step.wait:g} s of back-off"), work)


def job_pods(rng: Random) -> Posed:
    """When is each pod created, if it is created at all?"""
    while True:
        start = Work(rng.choice((1, 2, 2, 3)), rng.choice((1, 2, 3, 4)))
        codes = tuple(rng.choice((0, 1, 1)) for _ in range(PODS))
        plan = Plan(rng.choice((5, 10, 20, 30, 45)), codes)
        trace = run(labour, start, (plan,))
        end = trace.final
        if end.over and 3 <= len(end.created) <= PODS and codes.count(1) >= 2:
            break
    shown = min(PODS, len(end.created) + 1)
    times = [f"{at:g}" for at in end.created] + [NEVER] * (shown - len(end.created))
    rows = [(str(n), f"exit code {code}", time) for n, (code, time) in enumerate(zip(codes, times, strict=False), 1)]
    prompt = Text(
        f"A Job has `completions: {start.completions}`, `parallelism: 1`, `backoffLimit: {start.limit}` and pods with"
        f" the restart policy Never. It is created at second 0; each pod runs for {plan.runs} seconds and then ends as"
        " the table says. At which second is each pod created, if all else takes no time? Write `-` for a pod that"
        " never is."
    )
    plural = "s" * (start.limit != 1)
    outcome = (
        "it is complete" if end.over == "Complete" else f"it has failed with more than {start.limit} failure{plural}"
    )
    solution = (
        Text(
            "A failed pod is replaced after 10 s, after another failure in a row 20 s, then 40 s and so on, 10 minutes"
            " at most; a success starts this over. As soon as there are more failures than `backoffLimit`, whether in a"
            f" row or not, the job has failed. Here {outcome} at second {end.now:g}."
        ),
        Table(HEADER, tuple(rows)),
    )
    return Posed(
        (prompt,), asked_below(HEADER, rows, "Created at"), solution, Replay(labour, start, (plan,), draw_work)
    )


def draw_work(work: Work, event: Event | None = None) -> tuple[Block, ...]:
    """The pods that have been created, and what the job has come to."""
    rows = tuple(
        (str(n), f"{at:g} s", work.pods[n - 1]["status"]["phase"] if n <= len(work.pods) else "Running")
        for n, at in enumerate(work.created, 1)
    )
    return (Table(("Pod", "Created", "Phase"), rows, event.text if event else ""),)


def _ended(number: int, at: float, code: int) -> Object:
    pod = pod_object(f"job-{number}", phase="Failed" if code else "Succeeded", ready_for=None)
    ended = {"terminated": {"exitCode": code, "finishedAt": timestamp(NOW + at)}}
    return {**pod, "status": {**pod["status"], "containerStatuses": [{"name": "app", "state": ended}]}}
