import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.delivery.condition import Condition
from vlearn.sim.delivery.graph import ancestors, critical_path, levels
from vlearn.sim.delivery.job import Gate, Job
from vlearn.sim.delivery.pipeline import Pipeline, with_minutes
from vlearn.sim.delivery.run_pipeline import run_pipeline
from vlearn.sim.delivery.running import EVERY, OVER, Approve, PipelineRun, Push, Reject, waits
from vlearn.trace import run


def pipeline(*jobs, **more):
    return Pipeline("p", jobs, **more)


SHOP = pipeline(
    Job("build", minutes=3),
    Job("unit", ("build",), minutes=10),
    Job("lint", ("build",), minutes=1),
    Job("deploy", ("unit", "lint"), minutes=2, gate=Gate(("ana",))),
)


def test_the_slowest_way_through_the_graph_decides():
    assert critical_path(SHOP.jobs) == (("build", "unit", "deploy"), 15)
    assert levels(SHOP.jobs) == (("build",), ("unit", "lint"), ("deploy",))
    assert SHOP.manual == ("deploy",)


def test_a_run_stops_at_a_closed_gate_and_goes_on_when_the_right_person_opens_it():
    trace = run(
        run_pipeline, PipelineRun(SHOP), [Push("main"), Approve("deploy", "bo", 5), Approve("deploy", "ana", 5)]
    )
    assert trace.kinds == (
        *("push", "start", "pass", "start", "start", "pass", "pass", "hold"),
        *("refused", "approve", "start", "pass"),
    )
    assert trace.final.result == "passed"
    assert trace.final.now == 25
    assert waits(trace.final) == {"build": 0, "unit": 0, "lint": 0, "deploy": 10}


def test_a_rejected_job_fails_the_run():
    final = run(run_pipeline, PipelineRun(SHOP), [Push("main"), Reject("deploy", "bo")]).final
    assert final.result == "failed"


def test_with_one_runner_jobs_follow_one_another():
    assert run(run_pipeline, PipelineRun(SHOP, 1), [Push("main")]).final.now == 14
    assert run(run_pipeline, PipelineRun(SHOP, 2), [Push("main")]).final.now == 13


@pytest.mark.parametrize(("skip_spreads", "last"), [(True, "blocked"), (False, "passed")])
def test_what_comes_after_a_skipped_job_runs_in_jenkins_and_not_in_github(skip_spreads, last):
    jobs = (Job("a"), Job("b", ("a",), condition=Condition(("main",))), Job("c", ("b",)))
    final = run(run_pipeline, PipelineRun(pipeline(*jobs, skip_spreads=skip_spreads)), [Push("x")]).final
    assert dict(final.status) == {"a": "passed", "b": "skipped", "c": last}


RESULTS = [
    (Job("x", minutes=2, attempts=3), 2, ("passed", 6)),
    (Job("x", minutes=2, attempts=3), 3, ("failed", 6)),
    (Job("x", minutes=9, timeout=4), 0, ("failed", 4)),
    (Job("x", minutes=9, timeout=4, attempts=2), 0, ("failed", 8)),
    (Job("x", may_fail=True), EVERY, ("passed", 1)),
]


@pytest.mark.parametrize(("job", "fails", "expected"), RESULTS)
def test_attempts_and_time_outs_decide_how_a_job_ends(job, fails, expected):
    final = run(run_pipeline, PipelineRun(pipeline(job)), [Push("main", (("x", fails),))]).final
    assert (final.result, final.now) == expected


def test_the_first_failure_of_a_fail_fast_group_ends_the_others():
    group = tuple(Job(name, minutes=n, group="g", fail_fast=True) for n, name in enumerate("abc", 1))
    final = run(run_pipeline, PipelineRun(pipeline(*group)), [Push("main", (("b", 1),))]).final
    assert dict(final.status) == {"a": "passed", "b": "failed", "c": "cancelled"}
    assert final.now == 2


REFUSED = [
    (lambda: pipeline(), "has no jobs"),
    (lambda: pipeline(Job("a", ("a",), line=7)), "line 7: 'a' needs itself"),
    (lambda: pipeline(Job("a", ("b",)), Job("b", ("a",), line=9)), "wait for each other: a needs b needs a"),
    (lambda: pipeline(Job("build"), Job("b", ("biuld",))), "did you mean 'build'"),
    (lambda: pipeline(Job("a"), Job("a")), "is there twice"),
    (lambda: pipeline(Job("a", minutes=-1)), "cannot take -1 minutes"),
    (lambda: pipeline(Job("a", timeout=0)), "more than 0, not 0"),
    (lambda: pipeline(Job("a", attempts=0)), "tried once at least"),
    (lambda: pipeline(Job("a", most=-1)), "no fewer than 1 job"),
    (lambda: PipelineRun(SHOP, 0), "needs a runner at least"),
    (lambda: SHOP.job("biuld"), "no job is called 'biuld'"),
    (lambda: with_minutes(SHOP, {"x": 1}), "no job is called 'x'"),
    (lambda: run(run_pipeline, PipelineRun(SHOP), [Push("main"), Approve("unit", "ana")]), "deploy does"),
    (lambda: run(run_pipeline, PipelineRun(SHOP), [Push("main"), Approve("deploy", "ana", -1)]), "0 minutes or more"),
    (lambda: run(run_pipeline, PipelineRun(SHOP), [Push("main", (("x", 1),))]), "no job is called 'x'"),
]


@pytest.mark.parametrize(("attempt", "message"), REFUSED)
def test_a_pipeline_that_cannot_be_is_refused_in_words(attempt, message):
    with pytest.raises(ModelError, match=message):
        attempt()


@st.composite
def pipelines(draw):
    """Pipelines whose jobs stand in the file in any order, and the jobs of them that fail."""
    count = draw(st.integers(1, 8))
    jobs = [
        Job(
            f"j{n}",
            tuple(f"j{m}" for m in draw(st.sets(st.integers(0, n - 1)) if n else st.just(set()))),
            minutes=draw(st.integers(0, 5)),
            condition=Condition(
                draw(st.sampled_from([(), ("main",)])), after=draw(st.sampled_from(["success", "always"]))
            ),
            group="g",
            most=draw(st.integers(0, 2)),
        )
        for n in range(count)
    ]
    failing = draw(st.sets(st.sampled_from([job.name for job in jobs])))
    spreads = draw(st.booleans())
    return pipeline(*draw(st.permutations(jobs)), skip_spreads=spreads), tuple((name, 1) for name in sorted(failing))


@given(pipelines(), st.integers(1, 4), st.sampled_from(["main", "other"]))
@settings(deadline=None, max_examples=100)
def test_a_run_ends_and_keeps_the_order_of_needs_and_the_number_of_runners(made, runners, branch):
    found, failing = made
    trace = run(run_pipeline, PipelineRun(found, runners), [Push(branch, failing)])
    final, before = trace.final, ancestors(found.jobs)
    assert set(final.status.values()) <= set(OVER)
    for job in found.jobs:
        if job.name in final.started:
            assert all(final.ended[need] <= final.started[job.name] for need in job.needs)
            bad = any(final.status[name] == "failed" for name in before[job.name])
            assert not (bad and job.condition.after == "success")
    for step in trace.steps:
        assert sum(status == "running" for status in step.state.status.values()) <= runners
    assert final.now <= sum(job.minutes for job in found.jobs)


@given(pipelines())
@settings(deadline=None, max_examples=50)
def test_with_enough_runners_a_green_run_takes_as_long_as_its_critical_path(made):
    found = made[0]
    free = pipeline(*(Job(job.name, job.needs, minutes=job.minutes) for job in found.jobs))
    assert run(run_pipeline, PipelineRun(free), [Push("main")]).final.now == critical_path(free.jobs)[1]
