"""From created to removed: stop, kill, pause, restart policies, health."""

import pytest

from vlearn.sim.engine import Docker, Health
from vlearn.sim.engine.actions import Advance, Kill, Pause, RestartDaemon, Start, Stop, Unpause
from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.ending import next_wait
from vlearn.sim.engine.summaries import status

HANDLER = ("sh", "-c", "trap 'echo bye; exit 0' TERM; while true; do sleep 1; done")
NEVER_HANDLES = ("sleep", "1000")
STOPS = ((NEVER_HANDLES, 10.0, 137), (HANDLER, 0.0, 0))
TICKS = ("sh", "-c", "while true; do echo tick; sleep 1; done")


@pytest.mark.parametrize(("command", "grace", "code"), STOPS)
def test_stop_sends_sigterm_and_sigkill_only_after_the_grace_period(
    command: tuple[str, ...], grace: float, code: int
) -> None:
    docker = Docker.boot()
    docker.run("ubuntu", *command, name="one", detach=True)
    docker.advance(1.5)
    before = docker.engine.now
    docker.stop("one")
    passed = docker.engine.now - before
    assert docker.engine.container("one").state.exit_code == code
    assert grace <= passed <= grace + 1


def test_a_shorter_grace_period_counts_and_zero_is_at_once() -> None:
    docker = Docker.boot()
    docker.run("ubuntu", *NEVER_HANDLES, name="one", detach=True)
    docker.stop("one", 2)
    assert docker.engine.now == pytest.approx(2)


@pytest.mark.parametrize(("signal", "code"), [("SIGKILL", 137), ("9", 137), ("kill", 137)])
def test_kill_takes_any_spelling_of_a_signal(signal: str, code: int) -> None:
    docker = Docker.boot()
    docker.run("ubuntu", *NEVER_HANDLES, name="one", detach=True)
    docker.kill("one", signal)
    assert docker.engine.container("one").state.exit_code == code
    assert docker.call(Kill("one", "SIGNOPE")).error == "Invalid signal: SIGNOPE"


def test_sigterm_does_nothing_to_a_pid_1_without_a_handler() -> None:
    docker = Docker.boot()
    docker.run("ubuntu", *NEVER_HANDLES, name="one", detach=True)
    docker.kill("one", "SIGTERM")
    assert docker.engine.container("one").state.status == "running"


def test_a_paused_container_neither_runs_nor_notices() -> None:
    docker = Docker.boot()
    docker.run("ubuntu", *TICKS, name="tick", detach=True)
    docker.advance(2.5)
    docker.pause("tick")
    printed = docker.logs("tick")
    docker.advance(60)
    assert docker.logs("tick") == printed
    assert docker.call(Pause("tick")).error.endswith("is already paused")
    docker.unpause("tick")
    docker.advance(1)
    assert len(docker.logs("tick")) > len(printed)
    assert docker.call(Unpause("tick")).error.endswith("is not paused")


BACK_OFF = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)


def test_an_always_restarted_container_waits_twice_as_long_each_time() -> None:
    docker = Docker.boot()
    docker.run("alpine", "false", name="crash", restart="always", detach=True)
    steps = docker.trace(Advance(10)).steps
    starts = [step.state.now for step in steps if step.event.kind == "started"]
    waits = [b - a for a, b in zip((0.0, *starts), starts, strict=False)]
    assert waits == pytest.approx(BACK_OFF[: len(waits)])
    assert len(waits) == 6


def test_ten_seconds_of_running_forgive_the_back_off() -> None:
    assert next_wait(6.4, 9.9) == 12.8
    assert next_wait(6.4, 10) == 0.1
    assert next_wait(51.2, 0) == 60


@pytest.mark.parametrize(
    ("policy", "command", "restarts"),
    [("no", "false", 0), ("on-failure:3", "false", 3), ("on-failure:3", "true", 0), ("on-failure", "true", 0)],
)
def test_a_policy_restarts_what_it_says(policy: str, command: str, restarts: int) -> None:
    docker = Docker.boot()
    docker.run("alpine", command, name="one", restart=policy, detach=True)
    docker.advance(100)
    state = docker.engine.container("one").state
    assert (state.status, state.restarts) == ("exited", restarts)


def test_what_a_user_stopped_no_policy_starts_until_the_daemon_does() -> None:
    docker = Docker.boot()
    for policy in ("always", "unless-stopped", "no"):
        docker.run("nginx", name=policy, restart=policy, detach=True)
        docker.run("nginx", name=f"stopped-{policy}", restart=policy, detach=True)
        docker.stop(f"stopped-{policy}")
    docker.ask(RestartDaemon())
    runs = {name for name, id in docker.engine.names.items() if docker.engine.containers[id].state.running}
    assert runs == {"always", "stopped-always", "unless-stopped"}


def test_rm_refuses_what_runs_and_takes_it_with_force() -> None:
    docker = Docker.boot()
    docker.run("nginx", name="web", detach=True)
    with pytest.raises(DaemonError) as refused:
        docker.remove("web")
    assert refused.value.message == (
        'cannot remove container "web": container is running: stop the container before removing or force remove'
    )
    docker.remove("web", force=True)
    assert not docker.engine.containers


def test_logs_of_all_runs_stay_and_rm_at_the_end_takes_the_container() -> None:
    docker = Docker.boot()
    docker.run("alpine", "echo", "once", name="one")
    docker.start("one")
    assert docker.logs("one") == "once\nonce\n"
    docker.run("alpine", "echo", "gone", name="two", remove=True)
    assert "two" not in docker.engine.names


def test_start_of_a_running_container_is_no_fault_and_changes_nothing() -> None:
    docker = Docker.boot()
    docker.run("nginx", name="web", detach=True)
    reply = docker.call(Start("web"))
    assert (reply.error, reply.status) == ("", 304)
    docker.stop("web")
    assert docker.call(Stop("web")).status == 304


def test_health_goes_from_starting_to_healthy_to_unhealthy_and_back() -> None:
    docker = Docker.boot()
    check = Health(("CMD-SHELL", "test -f /ok"), interval=5, retries=2)
    docker.run("nginx", name="web", health=check, detach=True)
    seen = [docker.engine.container("web").state.health.status]
    for command in (("touch", "/ok"), ("rm", "/ok"), ("touch", "/ok")):
        docker.exec("web", *command)
        docker.advance(11)
        seen.append(docker.engine.container("web").state.health.status)
    assert seen == ["starting", "healthy", "unhealthy", "healthy"]
    assert status(docker.engine.container("web"), docker.engine.now) == "Up 33 seconds (healthy)"


def test_failures_in_the_start_period_do_not_count() -> None:
    docker = Docker.boot()
    check = Health(("CMD", "false"), interval=5, retries=1, start_period=12, start_interval=3)
    docker.run("nginx", name="web", health=check, detach=True)
    docker.advance(11)
    assert docker.engine.container("web").state.health.status == "starting"
    docker.advance(5)
    assert docker.engine.container("web").state.health.status == "unhealthy"


def test_a_check_that_takes_too_long_is_killed_and_fails() -> None:
    docker = Docker.boot()
    check = Health(("CMD", "sleep", "100"), interval=5, timeout=2, retries=1)
    docker.run("nginx", name="web", health=check, detach=True)
    docker.advance(8)
    condition = docker.engine.container("web").state.health
    assert (condition.status, condition.probes[-1].code) == ("unhealthy", -1)
    assert condition.probes[-1].output == "Health check exceeded timeout (2s)"
