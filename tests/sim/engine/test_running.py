"""`docker run`: the stations of the notes, what is really in the kernel, and the exit codes."""

import pytest

from vlearn.errors import ModelError
from vlearn.sim.containers.capabilities import BIT
from vlearn.sim.containers.shell import run as shell
from vlearn.sim.engine import Docker, Settings, operate
from vlearn.sim.engine.actions import Advance, Exec, Run
from vlearn.sim.engine.answers import DaemonError, Reply
from vlearn.sim.engine.roots import DEFAULT_CAPABILITIES

STATIONS = (
    "request", "image-missing", "pull-resolved", "pull-manifest", "pull-downloaded", "pull-downloaded", "pull-done",
    "created", "layer", "namespaces", "cgroup", "interface", "root", "started", "exited", "finished",
)  # fmt: skip
EXIT_CODES = (
    (("true",), 0),
    (("sh", "-c", "exit 3"), 3),
    (("sh", "-c", "exit 256"), 0),
    (("no-such-program",), 127),
    (("/no/such/program",), 127),
    (("sh", "-c", "no-such-program"), 127),
    (("/etc/passwd",), 126),
    (("/etc",), 126),
)
REFUSED = (
    (Settings("ubuntu", ("true",), memory=1 << 20), "Minimum memory limit allowed is 6MB"),
    (
        Settings("ubuntu", ("true",), cpus=99),
        "range of CPUs is from 0.01 to 4.00, as there are only 4 CPUs available",
    ),
    (
        Settings("ubuntu", ("true",), name="-x"),
        "Invalid container name (-x), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
    ),
    (
        Settings("ubuntu", ("true",), network="nowhere"),
        "failed to set up container networking: network nowhere not found",
    ),
    (Settings("ubuntu", ("true",), user="bob"), "unable to find user bob: no matching entries in passwd file"),
    (Settings("Ubuntu"), "invalid reference format: repository name (library/Ubuntu) must be lowercase"),
    (Settings("ubuntu:0.1"), "manifest for ubuntu:0.1 not found: manifest unknown: manifest unknown"),
)


def test_docker_run_has_the_stations_of_the_notes_in_their_order() -> None:
    docker = Docker.boot()
    assert docker.trace(Run(Settings("alpine", ("echo", "hello")))).kinds == STATIONS


def test_an_image_that_is_here_is_not_pulled_again() -> None:
    docker = Docker.boot()
    docker.pull("alpine")
    assert docker.trace(Run(Settings("alpine", ("true",)))).kinds[:3] == ("request", "image-found", "created")


def test_a_container_really_is_namespaces_a_cgroup_a_union_and_a_veth_pair() -> None:
    docker = Docker.boot()
    docker.run("nginx", name="web", memory="64m", pids_limit=20, cpus=0.5, detach=True)
    container, kernel = docker.engine.container("web"), docker.host.kernel
    own, host = docker.host.process(container.state.pid), docker.host.process(1)
    shared = {kind for kind in ("mnt", "uts", "ipc", "pid", "net", "cgroup", "user", "time")
              if own.namespaces.get(kind) == host.namespaces.get(kind)}  # fmt: skip
    assert shared == {"user", "time"}
    assert own.number == 1
    group = f"/sys/fs/cgroup{container.cgroup}"
    limits = {name: docker.host.read_file(1, f"{group}/{name}") for name in ("memory.max", "pids.max", "cpu.max")}
    assert limits == {"memory.max": b"67108864\n", "pids.max": b"20\n", "cpu.max": b"50000 100000\n"}
    assert kernel.superblocks[kernel.mounts[own.root.mount].superblock].type == "overlay"
    device = kernel.networks.at(own.namespaces.net).named("eth0")
    assert device is not None
    assert device.peer is not None
    outside = kernel.networks.device(device.peer)
    bridge = kernel.networks.at(host.namespaces.net).named("docker0")
    assert bridge is not None
    assert outside.master == bridge.index


def test_root_in_a_container_has_fourteen_of_the_41_capabilities() -> None:
    docker = Docker.boot()
    docker.run("nginx", name="web", detach=True)
    own = docker.host.process(docker.engine.container("web").state.pid).credentials
    assert own.effective == sum(BIT[name] for name in DEFAULT_CAPABILITIES)
    assert "00000000a80425fb" in docker.run("alpine", "grep", "CapEff", "/proc/self/status").text


def test_a_container_sees_itself_alone_and_the_host_sees_all() -> None:
    docker = Docker.boot()
    docker.run("nginx", name="web", detach=True)
    assert "nginx" in shell(docker.host, 1, "ps -e").output
    seen = docker.run("alpine", "sh", "-c", "ls /proc | grep -c '^[0-9]'; hostname; cat /proc/self/cgroup").text
    assert seen.splitlines()[2] == "0::/"
    assert len(seen.splitlines()[1]) == 12


@pytest.mark.parametrize(
    ("command", "code"), EXIT_CODES, ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value)
)
def test_the_exit_code_of_docker_run_is_that_of_the_command(command: tuple[str, ...], code: int) -> None:
    reply = Docker.boot().call(Run(Settings("alpine", command)))
    assert reply.code == code


@pytest.mark.parametrize(("settings", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_the_daemon_refuses_in_its_own_words(settings: Settings, message: str) -> None:
    reply = Docker.boot().call(Run(settings))
    assert (reply.error, reply.code) == (message, 125)


def test_a_name_in_use_is_refused_with_the_whole_sentence() -> None:
    docker = Docker.boot()
    first = docker.create("nginx", name="web")
    with pytest.raises(DaemonError) as refused:
        docker.create("nginx", name="web")
    assert str(refused.value) == (
        f'Error response from daemon: Conflict. The container name "/web" is already in use by container "{first}". '
        "You have to remove (or rename) that container to be able to reuse that name."
    )
    assert refused.value.status == 409


def test_what_could_not_be_started_stays_as_a_created_container_and_leaves_nothing_else() -> None:
    docker = Docker.boot()
    docker.pull("alpine")
    before = docker.host.kernel
    docker.call(Run(Settings("alpine", ("nope",), name="x1")))
    state, after = docker.engine.container("x1").state, docker.host.kernel
    assert (state.status, state.exit_code, state.pid) == ("created", 127, 0)
    assert state.error.endswith('exec: "nope": executable file not found in $PATH: unknown')
    assert [len(after.processes), len(after.mounts), len(after.namespaces)] == [
        len(before.processes), len(before.mounts), len(before.namespaces),
    ]  # fmt: skip


def test_memory_beyond_the_limit_ends_in_137_and_the_flag() -> None:
    docker = Docker.boot()
    reply = docker.call(Run(Settings("ubuntu", ("eat-memory", "200M"), name="eater", memory=50 << 20)))
    assert reply.code == 137
    assert docker.inspect("eater")["State"]["OOMKilled"] is True


def test_ids_are_the_same_for_the_same_seed_and_others_for_another() -> None:
    ids = [Docker.boot(seed).create("alpine") for seed in (1, 1, 2)]
    assert ids[0] == ids[1] != ids[2]
    assert len(ids[0]) == 64


def test_an_engine_goes_on_from_its_newest_state_alone() -> None:
    docker = Docker.boot()
    old = docker.engine
    docker.run("alpine", "true")
    with pytest.raises(ModelError, match="newest state alone"):
        tuple(operate(old, Advance(1), docker.daemon))


def test_a_trace_is_a_value_whose_old_states_stay_what_they_were() -> None:
    docker = Docker.boot()
    trace = docker.trace(Run(Settings("alpine", ("echo", "hello"), name="one")))
    docker.remove("one")
    states = [step.state.containers for step in trace.steps if step.event.kind in ("created", "started", "exited")]
    assert [next(iter(one.values())).state.status for one in states] == ["created", "running", "exited"]
    assert isinstance(trace.steps[-1].event, Reply)


def test_exec_adds_a_process_to_the_same_namespaces_cgroup_and_root() -> None:
    docker = Docker.boot()
    docker.run("nginx", name="web", detach=True)
    docker.exec("web", "touch", "/made-by-exec")
    assert docker.diff("web") == (("A", "/made-by-exec"),)
    assert docker.exec("web", "sh", "-c", "exit 5").code == 5
    assert docker.call(Exec("web", ("nope",))).code == 127
    assert docker.exec("web", "id", "-u", user="nobody").text == "65534\n"
