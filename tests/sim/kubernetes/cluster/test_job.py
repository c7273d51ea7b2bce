"""Jobs and cron jobs in a cluster that runs: to their end, in time, and away again."""

from itertools import pairwise

import pytest

from tests.sim.kubernetes.cluster.test_replicaset import quota
from tests.sim.kubernetes.cluster.workloads import (
    BATCH,
    ENDS,
    FAILS,
    asked,
    cron_job,
    deleted,
    ended,
    job,
    live,
    names,
    patched,
    reasons,
    status,
)
from vlearn.sim.kubernetes.api.moments import moment
from vlearn.sim.kubernetes.api.pods import is_terminal
from vlearn.sim.kubernetes.cluster import START, play, power_off, run, started, with_image


def given(*objects, nodes=2, seconds=0.0):
    cluster = with_image(with_image(started(nodes), "good", ENDS), "bad", FAILS)
    return run(cluster.create(*objects), seconds)


def state(cluster, name="sum"):
    return status(cluster, "jobs.batch", name)


def verdicts(cluster, name="sum"):
    return [(each["type"], each.get("reason")) for each in state(cluster, name).get("conditions", ())]


def test_so_many_at_once_until_enough_have_succeeded():
    trace = play(given(job(image="good", completions=5, parallelism=2)), 120)
    assert max(len(live(step.state)) for step in trace.steps) == 2
    assert state(trace.final)["succeeded"] == 5
    reached = "CompletionsReached"
    assert verdicts(trace.final) == [("SuccessCriteriaMet", reached), ("Complete", reached)]
    assert len(ended(trace.final)) == 5
    assert 15 <= moment(state(trace.final)["completionTime"]) - START < 30


FAILURES = [("Never", 0, 1, 1), ("Never", 2, 3, 3), ("OnFailure", 2, 1, 0)]


@pytest.mark.parametrize(("policy", "limit", "created", "kept"), FAILURES)
def test_a_job_fails_after_so_many_failures(policy, limit, created, kept):
    cluster = given(job(image="bad", policy=policy, backoffLimit=limit), seconds=300)
    assert verdicts(cluster) == [("FailureTarget", "BackoffLimitExceeded"), ("Failed", "BackoffLimitExceeded")]
    assert reasons(cluster, "sum").count("SuccessfulCreate") == created
    assert (state(cluster)["failed"], len(names(cluster))) == (created, kept)
    assert "BackoffLimitExceeded" in reasons(cluster, "sum")


def test_failed_pods_are_replaced_after_pauses_that_double():
    cluster = given(job(image="bad", backoffLimit=3), seconds=300)
    starts = sorted(moment(each["metadata"]["creationTimestamp"]) for each in cluster.objects("pods"))
    pauses = [after - before for before, after in pairwise(starts)]
    assert len(pauses) == 3
    for pause, wanted in zip(pauses, (10, 20, 40), strict=True):
        assert wanted <= pause <= wanted + 3


@pytest.mark.parametrize(("image", "limit"), [("nginx", 6), ("bad", 6)])
def test_a_deadline_ends_a_job_in_time_whatever_its_pods_do(image, limit):
    cluster = given(job(image=image, activeDeadlineSeconds=25, backoffLimit=limit), seconds=120)
    assert verdicts(cluster)[-1] == ("Failed", "DeadlineExceeded")
    aimed = state(cluster)["conditions"][0]
    assert 25 <= moment(aimed["lastTransitionTime"]) - START <= 26
    assert live(cluster) == []


def test_a_suspended_job_runs_no_pod_and_can_be_resumed():
    cluster = given(job(image="nginx", parallelism=2, completions=2, activeDeadlineSeconds=60), seconds=20)
    cluster = run(patched(cluster, f"{BATCH}/jobs/sum", {"spec": {"suspend": True}}), 100)
    assert names(cluster) == []
    assert "startTime" not in state(cluster)
    assert verdicts(cluster) == [("Suspended", "JobSuspended")]
    cluster = run(patched(cluster, f"{BATCH}/jobs/sum", {"spec": {"suspend": False}}), 20)
    assert len(live(cluster)) == 2
    assert state(cluster)["ready"] == 2
    assert verdicts(cluster) == [("Suspended", "JobResumed")]
    assert {"Suspended", "Resumed"} <= set(reasons(cluster, "sum"))


def test_a_finished_job_goes_after_its_time_to_live_and_its_pods_with_it():
    cluster = given(job(image="good", ttlSecondsAfterFinished=30), seconds=30)
    assert names(cluster, "jobs.batch") == ["sum"]
    cluster = run(cluster, 30)
    assert names(cluster, "jobs.batch") == names(cluster) == []


def test_pods_that_a_quota_refuses_do_not_hide_those_that_run():
    cluster = given(quota(pods="2"), job(image="nginx", completions=4, parallelism=4), seconds=30)
    assert state(cluster)["active"] == 2
    assert "FailedCreate" in reasons(cluster, "sum")
    cluster = given(quota(pods="2"), job(image="good", completions=6, parallelism=3), seconds=600)
    assert state(cluster)["succeeded"] == 6


def test_a_pod_that_was_lost_with_its_node_is_made_up_for():
    cluster = given(job(image="nginx"), seconds=10)
    (pod,) = live(cluster)
    cluster = run(power_off(cluster, pod["spec"]["nodeName"]), 400)
    (other,) = live(cluster)
    assert other["metadata"]["name"] != pod["metadata"]["name"]


def test_a_deleted_job_takes_its_pods_with_it_unless_they_are_to_stay():
    cluster = given(job(image="nginx"), seconds=10)
    assert names(run(deleted(cluster, f"{BATCH}/jobs/sum", propagationPolicy="Background"), 60)) == []
    assert len(names(run(deleted(cluster, f"{BATCH}/jobs/sum", propagationPolicy="Orphan"), 60))) == 1


def test_a_cron_job_starts_a_job_each_minute_and_keeps_the_last_three():
    cluster = given(cron_job(image="good"), seconds=30)
    assert names(cluster, "jobs.batch") == []
    cluster = run(cluster, 600)
    jobs = cluster.objects("jobs.batch")
    assert len(jobs) == 3
    assert all(is_terminal(pod) for pod in cluster.objects("pods"))
    assert len(names(cluster)) == 3
    tick = cluster.get("cronjobs.batch", "tick")
    assert moment(tick["status"]["lastScheduleTime"]) == START + 600
    assert reasons(cluster, "tick").count("SuccessfulCreate") == 10
    starts = sorted(moment(each["metadata"]["creationTimestamp"]) for each in jobs)
    assert starts == [START + 480, START + 540, START + 600]


POLICIES = [("Allow", 5, 5), ("Forbid", 1, 1), ("Replace", 1, 5)]


@pytest.mark.parametrize(("policy", "running", "created"), POLICIES)
def test_what_a_cron_job_does_while_its_last_job_runs(policy, running, created):
    cluster = given(cron_job(image="nginx", concurrencyPolicy=policy), seconds=330)
    assert len(live(cluster)) == running
    assert reasons(cluster, "tick").count("SuccessfulCreate") == created
    assert len(status(cluster, "cronjobs.batch", "tick")["active"]) == running


def test_a_suspended_cron_job_starts_nothing_and_goes_on_later():
    cluster = given(cron_job(image="good", suspend=True), seconds=300)
    assert names(cluster, "jobs.batch") == []
    cluster = run(patched(cluster, f"{BATCH}/cronjobs/tick", {"spec": {"suspend": False}}), 70)
    assert len(names(cluster, "jobs.batch")) >= 1


def test_the_jobs_of_a_deleted_cron_job_go_with_it():
    cluster = given(cron_job(image="nginx"), seconds=70)
    cluster = run(asked(cluster, "DELETE", f"{BATCH}/cronjobs/tick"), 60)
    assert [names(cluster, resource) for resource in ("cronjobs.batch", "jobs.batch", "pods")] == [[], [], []]
