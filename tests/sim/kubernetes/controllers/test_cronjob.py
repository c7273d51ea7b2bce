import pytest

from vlearn.sim.kubernetes.api import Refused
from vlearn.sim.kubernetes.api.moments import moment
from vlearn.sim.kubernetes.controllers.cronjob import cron_job_step, job_name, most_recent, surplus_jobs


def cron_job(last="2026-01-01T10:00:00Z", active=(), **spec):
    status = {"lastScheduleTime": last, "active": [{"uid": uid} for uid in active]}
    metadata = {"name": "report", "creationTimestamp": "2026-01-01T00:00:30Z"}
    return {"metadata": metadata, "spec": {"schedule": "0 * * * *", **spec}, "status": status}


def running(uid):
    return {"metadata": {"uid": uid, "name": uid}, "status": {}}


def at(clock):
    return moment(f"2026-01-01T{clock}Z")


def test_of_several_missed_starts_only_the_latest_is_made_up_for():
    assert most_recent(cron_job(), at("13:30:00")) == (at("13:00:00"), 3)
    assert cron_job_step(cron_job(), [], at("13:30:00")).start == at("13:00:00")


def test_before_the_first_start_the_creation_counts():
    assert cron_job_step(cron_job(last=None), [], at("00:59:59")).start is None
    assert cron_job_step(cron_job(last=None), [], at("01:00:00")).start == at("01:00:00")


POLICIES = [("Allow", True, ()), ("Forbid", False, ()), ("Replace", True, ("old",))]


@pytest.mark.parametrize(("policy", "starts", "deleted"), POLICIES)
def test_the_concurrency_policy_decides_between_the_old_job_and_the_new(policy, starts, deleted):
    step = cron_job_step(cron_job(active=["old"], concurrencyPolicy=policy), [running("old")], at("11:00:05"))
    assert (step.start is not None, step.delete) == (starts, deleted)


def test_a_start_that_is_later_than_the_deadline_does_not_happen():
    assert cron_job_step(cron_job(startingDeadlineSeconds=60), [], at("11:00:30")).start == at("11:00:00")
    assert cron_job_step(cron_job(startingDeadlineSeconds=60), [], at("11:00:59")).start == at("11:00:00")
    assert cron_job_step(cron_job(startingDeadlineSeconds=60), [], at("11:01:00")).start is None


def test_a_job_that_is_gone_or_has_finished_is_active_no_more():
    finished = {"metadata": {"uid": "done"}, "status": {"conditions": [{"type": "Complete", "status": "True"}]}}
    waiting = cron_job(active=["old", "done", "gone"], suspend=True)
    step = cron_job_step(waiting, [running("old"), finished], at("11:30:00"))
    assert (step.active, step.start) == (("old",), None)


def test_after_a_hundred_missed_starts_there_is_a_warning_and_until_1_20_nothing_else():
    every_minute = cron_job(schedule="* * * * *")
    today, before = (cron_job_step(every_minute, [], at("12:00:00"), gives_up=old) for old in (False, True))
    assert (today.start, before.start) == (at("12:00:00"), None)
    assert [each[0] for each in today.warnings] == [each[0] for each in before.warnings] == ["TooManyMissedTimes"]


@pytest.mark.parametrize("wrong", [{"schedule": "soon"}, {"timeZone": "Mars/Olympus"}, {"schedule": "0 0 31 2 *"}])
def test_a_schedule_that_means_nothing_is_a_warning(wrong):
    with pytest.raises(Refused):
        most_recent(cron_job(**wrong), at("12:00:00"))
    assert len(cron_job_step(cron_job(**wrong), [], at("12:00:00")).warnings) == 1


def test_the_time_zone_moves_the_start():
    noon = cron_job(schedule="0 12 * * *", timeZone="Asia/Tokyo", last="2025-12-31T12:00:00Z")
    assert most_recent(noon, at("12:00:00"))[0] == at("03:00:00")


def test_the_name_of_a_job_says_its_minute():
    assert job_name(cron_job(), at("11:00:00")) == f"report-{int(at('11:00:00')) // 60}"


def test_finished_jobs_above_the_limits_go_oldest_first():
    def ended(hour, outcome):
        status = {"startTime": f"2026-01-01T{hour:02}:00:00Z", "conditions": [{"type": outcome, "status": "True"}]}
        return {"metadata": {"uid": str(hour), "name": str(hour)}, "status": status}

    history = [ended(4, "Complete"), ended(3, "Complete"), ended(2, "Failed"), ended(1, "Failed"), running("5")]
    kept = cron_job(successfulJobsHistoryLimit=1, failedJobsHistoryLimit=0)
    assert [each["metadata"]["uid"] for each in surplus_jobs(kept, history)] == ["1", "2", "3"]
    assert surplus_jobs(cron_job(), history) == ()
