import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.controllers.job import TODAY, V1_20, is_finished, job_step
from vlearn.sim.kubernetes.controllers.job_backoff import MOST_1_20, backoff, remaining_wait
from vlearn.sim.kubernetes.controllers.job_status import job_status

NOW = 1_800_000_000.0


def job(parallelism=2, completions=5, limit=6, status=None, **spec):
    template = {"spec": {"restartPolicy": "Never"}}
    spec = {"parallelism": parallelism, "backoffLimit": limit, "template": template, **spec}
    if completions is not None:
        spec["completions"] = completions
    return {"metadata": {"name": "pi"}, "spec": spec, "status": status or {}}


def pods(**phases):
    return [pod(phase) for phase, count in phases.items() for _ in range(count)]


def pod(phase, ended=None, **metadata):
    states = [{"state": {"terminated": {"finishedAt": timestamp(ended)}}}] if ended else []
    return {
        "metadata": {"name": phase, **metadata},
        "spec": {},
        "status": {"phase": phase, "containerStatuses": states},
    }


def conditions(status):
    return [each["type"] for each in status.get("conditions", ())]


CREATED = [
    (job(), pods(), 2),
    (job(), pods(Running=1), 1),
    (job(), pods(Succeeded=4), 1),  # one completion remains
    (job(completions=None), pods(), 2),
    (job(completions=None), pods(Running=1, Succeeded=1), 0),  # a work queue winds down after a success
    (job(suspend=True), pods(), 0),
]


@pytest.mark.parametrize(("some_job", "some_pods", "expected"), CREATED)
def test_as_many_pods_are_created_as_parallelism_and_completions_allow(some_job, some_pods, expected):
    assert job_step(some_job, some_pods, NOW).create == expected


def test_a_pod_too_many_for_what_remains_is_deleted_today_and_was_left_in_1_20():
    late = pods(Running=2, Succeeded=4)
    assert [len(job_step(job(), late, NOW, rules).delete) for rules in (V1_20, TODAY)] == [0, 1]


def test_a_failed_pod_is_replaced_after_the_back_off():
    failed = [pod("Failed", NOW - 4), pod("Failed", NOW - 60)]
    step = job_step(job(), failed, NOW)
    assert (step.create, step.wait) == (0, 16.0)
    assert job_step(job(), failed, NOW + 16).create == 2


def test_a_success_starts_the_back_off_over():
    history = [pod("Failed", NOW - 50), pod("Failed", NOW - 40), pod("Succeeded", NOW - 30), pod("Failed", NOW - 1)]
    assert remaining_wait(history, NOW) == 9.0


def test_the_back_off_doubles_up_to_its_most():
    assert [backoff(n) for n in (0, 1, 2, 3, 6, 7, 500)] == [0, 10, 20, 40, 320, 600, 600]
    assert backoff(7, MOST_1_20) == 360


def test_more_failures_than_the_limit_end_the_job_once_its_pods_are_gone():
    failing, seen = job(limit=1), pods(Running=1, Failed=2)
    step = job_step(failing, seen, NOW)
    status = job_status(failing, step, NOW)
    assert (step.failure, len(step.delete), status["failed"]) == ("BackoffLimitExceeded", 1, 3)
    assert conditions(status) == ["FailureTarget"]
    failing = {**failing, "status": status}
    leaving = [*pods(Failed=2), pod("Running", deletionTimestamp=timestamp(NOW))]
    assert conditions(job_status(failing, job_step(failing, leaving, NOW), NOW)) == ["FailureTarget"]
    status = job_status(failing, job_step(failing, pods(Failed=2), NOW), NOW)
    assert (conditions(status), status["failed"]) == (["FailureTarget", "Failed"], 3)
    assert is_finished({"status": status})


def test_until_1_31_the_job_failed_at_once():
    failing, seen = job(limit=1), pods(Running=1, Failed=2)
    status = job_status(failing, job_step(failing, seen, NOW, V1_20), NOW, V1_20)
    assert (conditions(status), "active" in status) == (["Failed"], False)


def test_restarts_within_a_pod_count_as_failures_where_containers_are_restarted():
    restarting = job(limit=2)
    restarting["spec"]["template"] = {"spec": {"restartPolicy": "OnFailure"}}
    seen = pods(Running=1)
    seen[0]["status"]["containerStatuses"] = [{"restartCount": 2}]
    assert job_step(restarting, seen, NOW).failure == "BackoffLimitExceeded"


def test_a_job_past_its_deadline_fails_with_all_its_pods():
    slow = job(status={"startTime": timestamp(NOW - 30)}, activeDeadlineSeconds=30)
    step = job_step(slow, pods(Running=2), NOW)
    assert (step.failure, len(step.delete)) == ("DeadlineExceeded", 2)


def test_what_could_not_be_created_is_not_counted_as_active():
    step = job_step(job(), pods(), NOW)
    assert job_status(job(), step, NOW, created=1)["active"] == 1


@given(st.integers(1, 4), st.one_of(st.none(), st.integers(1, 6)), st.data())
@settings(deadline=None, max_examples=80)
def test_a_job_whose_pods_succeed_in_any_order_completes_and_never_runs_more_than_it_may(
    parallelism, completions, data
):
    running = job(parallelism, completions)
    done = active = 0
    for _ in range(40):
        step = job_step(running, pods(Running=active, Succeeded=done), NOW)
        status = job_status(running, step, NOW)
        active += step.create - len(step.delete)
        assert active <= parallelism
        assert completions is None or active + done <= completions
        running = {**running, "status": status}
        if is_finished(running):
            break
        ends = data.draw(st.integers(min(1, active), active))
        active, done = active - ends, done + ends
    assert conditions(running["status"]) == ["SuccessCriteriaMet", "Complete"]
    assert "completionTime" in running["status"]
