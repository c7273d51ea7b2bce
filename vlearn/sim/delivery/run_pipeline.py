"""One run of a pipeline, event by event: jobs start when what they need is done and a runner is free.

Who decides is outside: a push says which jobs will fail and how often, a person opens a gate or does not. Left out: the
time that a runner takes to start, and files handed from job to job.
"""

from collections.abc import Iterator
from dataclasses import replace

from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.delivery.graph import ancestors
from vlearn.sim.delivery.job import Job
from vlearn.sim.delivery.running import BAD, OVER, Action, Approve, PipelineRun, Push, Reject, Status
from vlearn.trace import Event, Step


def run_pipeline(state: PipelineRun, action: Action) -> Iterator[Step[PipelineRun]]:
    """Carry out the action, and then whatever follows from it until nothing more can happen by itself."""
    match action:
        case Push(branch, failing):
            for name, _ in failing:
                state.pipeline.job(name)
            state = PipelineRun(state.pipeline, state.runners, branch, state.now, failing=failing)
            if not state.pipeline.trigger.on(branch):
                yield Step(Event("no-run", f"a push to {branch} does not start {state.pipeline.name}"), state)
                return
            waiting = Map[str, Status]((job.name, "waiting") for job in state.pipeline.jobs)
            state = replace(state, status=waiting)
            yield Step(Event("push", f"a push to {branch} starts {state.pipeline.name}", (branch,)), state)
        case Approve(name, by, after):
            job = _gated(state, name, after)
            state = replace(state, now=state.now + after)
            if job.gate and not job.gate.opens_for(by):
                words = f"{by} may not open {name}; that takes {' or '.join(job.gate.who)}"
                yield Step(Event("refused", words, (name,)), state)
                return
            state = replace(state, status=state.status.set(name, "waiting"), opened=state.opened | {name})
            yield Step(Event("approve", f"{by} opens the gate of {name}", (name,)), state)
        case Reject(name, by, after):
            _gated(state, name, after)
            state = replace(state, now=state.now + after)
            state = _over(state, name, "failed")
            yield Step(Event("reject", f"{by} rejects {name}", (name,)), state)
    yield from _go_on(state)


def _gated(state: PipelineRun, name: str, after: float) -> Job:
    job = state.pipeline.job(name)
    if state.status.get(name) != "held":
        held = [other for other, status in state.status.items() if status == "held"]
        raise ModelError(f"{name!r} does not wait for a person now; {' and '.join(sorted(held)) or 'no job'} does")
    if after < 0:
        raise ModelError(f"a person decides after 0 minutes or more, not {after:g}")
    return job


def _go_on(state: PipelineRun) -> Iterator[Step[PipelineRun]]:
    before = ancestors(state.pipeline.jobs)
    jobs = {job.name: job for job in state.pipeline.jobs}
    order = {name: place for place, name in enumerate(jobs)}
    busy: list[Job] = []
    while True:
        for name in before:  # needs come first, so one look at each is enough
            for step in _looked_at(state, jobs[name], before[name], busy):
                yield step
                state = step.state
                if step.event.kind == "start":
                    busy.append(jobs[name])
        if not busy:
            return
        name = min(busy, key=lambda one: (_end(state, one), order[one.name])).name
        for step in _ended(replace(state, now=_end(state, jobs[name])), jobs[name]):
            yield step
            state = step.state
        busy = [job for job in busy if state.status[job.name] == "running"]


def _looked_at(state: PipelineRun, job: Job, before: frozenset[str], busy: list[Job]) -> Iterator[Step[PipelineRun]]:
    """What may become of a job that waits, now."""
    if state.status[job.name] != "waiting" or any(state.status[need] not in OVER for need in job.needs):
        return
    verdict, words = _verdict(state, job, before)
    if verdict:
        kind = "skip" if verdict == "skipped" else "block"
        yield Step(Event(kind, f"{job.name} does not run: {words}", (job.name,)), _over(state, job.name, verdict))
        return
    if job.gate and job.name not in state.opened:
        who = " or ".join(job.gate.who) or "somebody"
        held = replace(state, status=state.status.set(job.name, "held"))
        yield Step(Event("hold", f"{job.name} waits until {who} opens its gate", (job.name,)), held)
        return
    if len(busy) >= state.runners or 0 < job.most <= sum(one.group == job.group for one in busy):
        return
    yield _start(state, job, "start", f"{job.name} starts at {state.now:g} min")


def _start(state: PipelineRun, job: Job, kind: str, words: str) -> Step[PipelineRun]:
    after = replace(
        state,
        status=state.status.set(job.name, "running"),
        started=state.started.set(job.name, state.now),
        attempts=state.attempts.set(job.name, state.attempts.get(job.name, 0) + 1),
    )
    return Step(Event(kind, words, (job.name,)), after)


def _verdict(state: PipelineRun, job: Job, before: frozenset[str]) -> tuple[Status | None, str]:
    """Whether a job whose needs are over must not run, and why."""
    asked = not (job.gate and job.asks_first) or job.name in state.opened
    if asked and not job.condition.on(state.branch):
        return "skipped", f"it runs {job.condition}, and this is {state.branch}"
    if job.owner and state.status[job.owner] in ("skipped", "blocked"):
        return "skipped", f"{job.owner} did not run"
    looked = {job.owner} if job.owner else before
    bad = sorted(name for name in looked if state.status[name] in BAD)
    failed = [name for name in bad if not state.pipeline.job(name).may_fail]
    if not job.condition.holds(bool(failed)):
        # A post block of another result was not meant to run; a job after a failure was.
        status: Status = "blocked" if failed and not job.owner else "skipped"
        return status, f"{' and '.join(failed)} failed" if failed else "nothing failed"
    missing = sorted(name for name in looked if state.status[name] == "skipped")
    if missing and state.pipeline.skip_spreads and job.condition.after == "success":
        return "blocked", f"{' and '.join(missing)} was skipped"
    return None, ""


def _end(state: PipelineRun, job: Job) -> float:
    lasts = job.minutes if job.timeout is None else min(job.minutes, job.timeout)
    return state.started[job.name] + lasts


def _ended(state: PipelineRun, job: Job) -> Iterator[Step[PipelineRun]]:
    """The end of one attempt: passed, another attempt, or failed for good, and then perhaps the rest of its group."""
    made, fails = state.attempts[job.name], dict(state.failing).get(job.name, 0)
    late = job.timeout is not None and job.minutes > job.timeout
    if made > fails and not late:
        yield Step(
            Event("pass", f"{job.name} passes at {state.now:g} min", (job.name,)), _over(state, job.name, "passed")
        )
        return
    why = f"is stopped after {job.timeout:g} min" if late else "fails"
    if made < job.attempts:
        yield _start(state, job, "retry", f"{job.name} {why}; attempt {made + 1} of {job.attempts} starts")
        return
    state = _over(state, job.name, "failed")
    kind = "timeout" if late else "fail"
    yield Step(Event(kind, f"{job.name} {why} at {state.now:g} min", (job.name,)), state)
    if job.fail_fast and not job.may_fail:
        for other in state.pipeline.jobs:
            if other.group == job.group and state.status[other.name] not in OVER:
                state = _over(state, other.name, "cancelled")
                yield Step(Event("cancel", f"{other.name} is cancelled, as {job.name} failed", (other.name,)), state)


def _over(state: PipelineRun, name: str, status: Status) -> PipelineRun:
    return replace(state, status=state.status.set(name, status), ended=state.ended.set(name, state.now))
