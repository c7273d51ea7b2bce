"""Questions whose key is when a pipeline finishes: on few runners, and which job decides it on enough of them."""

from dataclasses import replace
from fractions import Fraction
from itertools import chain
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.delivery_scenes import (
    counted,
    drawn_jobs,
    jobs_table,
    listed,
    times_table,
)
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric, SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.delivery.graph import critical_path, levels
from vlearn.sim.delivery.job import Job
from vlearn.sim.delivery.pipeline import Pipeline
from vlearn.sim.delivery.run_pipeline import run_pipeline
from vlearn.sim.delivery.running import PipelineRun, Push
from vlearn.views.delivery_pipeline import draw

MINUTES = (2, 3, 4, 5, 6, 7, 8, 9, 10, 12)
_SETTING = (
    "Every job of this pipeline succeeds; starting one takes no time (the minutes are made up for this exercise)."
)


def finish_on_runners(rng: Random) -> Posed:
    """After how many minutes does the last job end, on two or three runners?"""
    while True:
        jobs, runners = drawn_jobs(rng, rng.choice((5, 6, 7)), MINUTES), rng.choice((2, 2, 3))
        named = {job.name: job for job in jobs}
        # Level by level, as the model looks at them, so that the uppermost in the table is the one that it takes.
        jobs = tuple(named[name] for name in chain.from_iterable(levels(jobs)))
        start = PipelineRun(Pipeline("pipeline", jobs), runners)
        replay = Replay(run_pipeline, start, (Push("main"),), draw)
        final = replay.trace().final
        if final.now > critical_path(jobs)[1] and len(set(final.ended.values())) == len(jobs):
            break
    path, least = critical_path(jobs)
    prompt = (
        Text(
            f"{_SETTING} There are {counted(runners, 'runner')}, each of which does one job at a time; a free runner"
            " takes the uppermost job of the table whose needs have ended, as soon as there is one. After how many"
            " minutes does the last job end?"
        ),
        jobs_table(jobs),
    )
    work = sum(job.minutes for job in jobs)
    solution = Text(
        f"Two bounds: the longest chain of needs, {listed(path)}, takes {least:g} minutes, and {work:g} minutes of work"
        f" on {counted(runners, 'runner')} take at least {work / runners:g}. A job can be late because it waits for its"
        f" needs or for a runner, so go through the run: the last job ends after **{final.now:g} minutes**."
    )
    answer = Numeric(Fraction(final.now), unit="minutes")
    return Posed(prompt, answer, (solution, times_table(final)), replay)


def which_shortens(rng: Random) -> Posed:
    """Which of four jobs, made faster, makes the whole run shorter?"""
    while True:
        jobs = drawn_jobs(rng, 6, MINUTES)
        path, total = critical_path(jobs)
        saved = rng.choice((1, 2, 3))
        gains = {
            job.name: total - critical_path(_faster(jobs, job.name, saved))[1] for job in jobs if job.minutes > saved
        }
        helps = [name for name, gain in gains.items() if gain == saved]
        idle = [name for name, gain in gains.items() if gain == 0]
        if len(path) >= 2 and helps and len(idle) >= 3:
            break
    right = rng.choice(helps)
    pipeline = Pipeline("pipeline", jobs)
    replay = Replay(run_pipeline, PipelineRun(pipeline), (Push("main"),), draw)
    final = replay.trace().final
    longest = max(idle, key=lambda name: pipeline.job(name).minutes)
    rest = [longest, *(name for name in rng.sample(idle, len(idle)) if name != longest)]
    options, correct = distractors(rng, f"`{right}`", [(f"`{name}`", _slack(final, name)) for name in rest], 3)
    prompt = (
        Text(
            f"{_SETTING} There is a runner for each. One job can be made {counted(saved, 'minute')} faster. For which"
            " of these does the whole run get shorter by that?"
        ),
        jobs_table(jobs),
    )
    solution = Text(
        f"What decides is the critical path, the longest chain of needs: {listed(path)}, {total:g} minutes. Only a job"
        " on it helps. How long a job is, how many wait for it and how early it comes do not tell whether it is."
    )
    return Posed(prompt, SingleChoice(options, correct), (solution, times_table(final)), replay)


def _faster(jobs: tuple[Job, ...], name: str, minutes: float) -> tuple[Job, ...]:
    return tuple(replace(job, minutes=job.minutes - minutes) if job.name == name else job for job in jobs)


def _slack(final: PipelineRun, name: str) -> str:
    """Why a job decides nothing: what waits for it waits for another anyhow."""
    users = [job.name for job in final.pipeline.jobs if name in job.needs]
    if not users:
        return f"Nothing needs it: it ends at {final.ended[name]:g} min, the run at {final.now:g} min."
    late = min(final.started[user] for user in users)
    if late > final.ended[name]:
        return f"It ends at {final.ended[name]:g} min; what needs it waits until {late:g} min for another job."
    return "What needs it would start earlier, yet is done before the end anyhow: another chain takes longer."
