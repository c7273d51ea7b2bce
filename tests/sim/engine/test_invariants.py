"""Whatever is asked in whatever order: nothing leaks, names and addresses and ports are unique, images stay whole."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.engine import Docker, Engine, Health, Port, Restart, Settings, actions
from vlearn.sim.engine.actions import Action
from vlearn.sim.engine.find import image_ids, image_of
from vlearn.sim.engine.settings import Mount

NAMES = ("aa", "bb", "cc")
HANDLER = ("sh", "-c", "trap 'exit 4' TERM; while true; do sleep 1; done")
ENDLESS = ("sleep", "1000")
COMMANDS = (
    ENDLESS,
    ENDLESS,
    HANDLER,
    ("sleep", "3"),
    ("true",),
    ("false",),
    ("nope",),
    ("sh", "-c", "sleep 2 & exit 1"),
)
MOUNTS = ((), (Mount("volume", "data", "/data"),), (Mount("volume", "", "/v"),), (Mount("bind", "/srv", "/srv", True),))
RESTARTS = (Restart(), Restart("always"), Restart("on-failure", 2))
HEALTHS = (None, Health(("CMD", "true"), interval=1), Health(("CMD", "sleep", "9"), interval=1, timeout=1))

some_settings = st.builds(
    Settings,
    image=st.sampled_from(("alpine", "nginx")),
    command=st.sampled_from(COMMANDS),
    name=st.sampled_from((*NAMES, "")),
    network=st.sampled_from(("bridge", "bridge", "none", "host", "net", "container:aa")),
    ports=st.sampled_from(((), (), (Port(8080, 80),), (Port(0, 80), Port(53, 53, "udp")))),
    mounts=st.sampled_from(MOUNTS),
    restart=st.sampled_from(RESTARTS),
    health=st.sampled_from(HEALTHS),
    remove=st.booleans(),
    pids=st.sampled_from(("", "", "", "host")),
)
names = st.sampled_from(NAMES)
some_runs = st.builds(actions.Run, some_settings, st.just(True))
some_actions: st.SearchStrategy[Action] = st.one_of(
    st.builds(actions.Run, some_settings, st.booleans(), st.just(5.0)),
    some_runs,
    st.builds(actions.Create, some_settings),
    st.builds(actions.Start, names),
    st.builds(actions.Stop, names, st.sampled_from((0.0, 1.0))),
    st.builds(actions.RestartContainer, names, st.just(0.0)),
    st.builds(actions.Kill, names, st.sampled_from(("SIGKILL", "SIGTERM", "SIGHUP"))),
    st.builds(actions.Pause, names),
    st.builds(actions.Unpause, names),
    st.builds(actions.Exec, names, st.sampled_from((("true",), ("nope",), ("sleep", "2"))), detach=st.booleans()),
    st.builds(actions.Remove, names, st.booleans(), st.booleans()),
    st.builds(actions.Rename, names, names),
    st.builds(actions.Commit, names, st.sampled_from(("", "made:1"))),
    st.builds(actions.RemoveImage, st.sampled_from(("alpine", "nginx", "made:1")), st.booleans()),
    st.builds(actions.CreateNetwork, st.just("net")),
    st.builds(actions.RemoveNetwork, st.just("net")),
    st.builds(actions.Connect, st.just("net"), names),
    st.builds(actions.Disconnect, st.just("net"), names),
    st.builds(actions.Prune, st.sampled_from(("image", "volume", "system")), st.booleans()),
    st.builds(actions.Advance, st.sampled_from((0.0, 0.3, 2.0, 12.0))),
    st.builds(actions.RestartDaemon),
)


def counts(kernel: Kernel) -> dict[str, int]:
    """How many there are of everything that a container makes in the kernel."""
    spaces = kernel.networks.namespaces.values()
    return {
        "processes": len(kernel.processes),
        "namespaces": len(kernel.namespaces),
        "mounts": len(kernel.mounts),
        "peer groups": len(kernel.groups),
        "superblocks": len(kernel.superblocks),
        "open files": len(kernel.open_files),
        "control groups": len(kernel.cgroups.hierarchies[""].groups),
        "devices": sum(len(space.devices) for space in spaces),
        "sockets": sum(len(space.sockets) for space in spaces),
        "rules": sum(len(space.translations) for space in spaces),
    }


def faults(engine: Engine) -> list[str]:
    """What must never be."""
    found = []
    kernel, containers = engine.kernel, engine.containers.values()
    if {one.name: one.id for one in containers} != dict(engine.names) or len(engine.names) != len(engine.containers):
        found.append("names and containers do not match")
    groups = {"/" + "/".join(path) for path in kernel.cgroups.hierarchies[""].groups if len(path) == 2}
    if groups != {one.cgroup for one in containers if one.state.running}:
        found.append("control groups are not those of running containers")
    unions = [one for one in kernel.superblocks.values() if one.type == "overlay"]
    if {one.number for one in unions} != {one.superblock for one in containers if one.superblock}:
        found.append("unions are not those of mounted containers")
    for one in containers:
        state = one.state
        if state.running != (state.status in ("running", "paused")) or state.running != bool(one.superblock):
            found.append(f"{one.name} is {state.status} with process {state.pid} and union {one.superblock}")
        if state.running and kernel.processes[state.pid].ended is not None:
            found.append(f"{one.name} runs without a process")
        if not state.running and (one.published or any(at.address for at in one.endpoints.values())):
            found.append(f"{one.name} does not run and has a port or an address")
        if image_of(engine, one.image).id != one.image:
            found.append(f"{one.name} has lost its image")
    addresses = Counter((at.network, at.address) for one in containers for at in one.endpoints.values() if at.address)
    ports = Counter((port.host, port.protocol) for one in containers for port in one.published)
    found += [f"{what} twice" for what, n in (*addresses.items(), *ports.items()) if n > 1]
    host = kernel.networks.at(kernel.process(1).namespaces.net)
    wanted = {at.host_interface for one in containers for at in one.endpoints.values() if at.host_interface}
    if {device.name for device in host.devices.values() if device.kind == "veth"} != wanted:
        found.append("interfaces of the host are not those of running containers")
    if len([one for one in host.sockets if kernel.process(one.pid).command == "docker-proxy"]) != ports.total():
        found.append("ports of the host are not those of running containers")
    found += [f"{id} is not whole" for id in image_ids(engine) if not engine.images.layers(image_of(engine, id))]
    return found


@settings(deadline=None, max_examples=25)
@given(st.lists(some_runs, min_size=3, max_size=5), st.lists(some_actions, min_size=1, max_size=14))
def test_no_sequence_of_actions_leaks_or_shares_what_is_ones_own(runs: list[Action], sequence: list[Action]) -> None:
    docker = Docker.boot(remember=0)
    before = counts(docker.host.kernel)
    docker.create_network("net")
    for action in (*runs, *sequence):
        docker.call(action)
        assert faults(docker.engine) == []
    for id in sorted(docker.engine.containers):
        docker.remove(id, force=True)
    docker.prune("network")
    docker.prune("volume", all=True)
    assert counts(docker.host.kernel) == before
    assert not docker.engine.volumes
    assert not docker.daemon.sessions
    assert not docker.daemon.terminals
