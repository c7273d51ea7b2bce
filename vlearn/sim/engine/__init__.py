"""A container engine like Docker's daemon: images, containers, volumes and networks over the kernel of this package.

    docker = Docker.boot()                                  # a machine, its daemon, and a registry with small images
    web = docker.run("nginx", name="web", ports=("8080:80",), detach=True)      # its id, 64 hexadecimal digits
    docker.run("alpine", "echo", "hello", remove=True).text                     # "hello\n"; .code is the exit code
    docker.exec("web", "cat", "/etc/hostname").text
    docker.advance(10)                                      # ten seconds of the machine: programs, restarts, health
    docker.stop("web"); docker.remove("web")                # DaemonError: "Error response from daemon: ..."
    docker.engine.container("web").state.exit_code; docker.inspect("web"); docker.logs("web"); docker.diff("web")

    trace = docker.trace(Run(Settings("nginx", name="b")))  # any action as a Trace[Engine], its stations as events
    docker.call(Stop("b", 3))                               # -> Reply(kind, text, touches, value, error, status, code)

`Engine` (state) is the frozen state: `containers`, `images`, `registries`, `networks`, `volumes`, `kernel`, `happened`
(what `docker events` prints). An action (actions) is a frozen dataclass; `operate(engine, action, daemon)` yields its
steps, the last of which has a `Reply`. `Docker` (docker) holds the newest engine, and has a method for each action: it
raises DaemonError (`str()` is the whole sentence, `status` the HTTP status, `code` the exit code of the command line).

`Daemon` (daemon) is the live half: running programs are Python generators, which nobody can copy. So an engine goes on
from its newest state alone; older ones are there to be looked at. `functools.partial(operate, daemon=...)` is a Model.

What a `docker run` or `create` asks is a `Settings` (settings): image, command, name, environment, mounts
(`Mount("volume", "data", "/data")`, or text as after -v), ports (`Port(8080, 80)`, or text as after -p), network,
aliases, restart (`Restart("on-failure", 3)`), memory (bytes), cpus, pids_limit, health (`Health(("CMD", "true"))`), ...
`Docker.create(image, *command, **settings)` takes text for each of them, as the command line writes it.

What one looks at: `engine.container(reference)`, `.image`, `.network`, `.volume` (DaemonError if there is none);
`find.image_ids(engine)` (every image's id with its names); inspection: `inspect`, `inspect_container`, `_image`,
`_volume`, `_network` as the daemon's JSON, `logs`, `changes` (docker diff); summaries: `status` ("Up 3 seconds
(healthy)"), `command`, `ports` as `docker ps` has them; specifications: what -p, -v, --mount, --restart, -m mean.

A container is a process of the kernel with six namespaces of its own, a cgroup, a union mount that it has pivoted
into, and a veth pair to a bridge: `docker.host` can look at all of it with the kernel's own means. Its programs are
those of `vlearn.sim.containers.shell`. The model follows Docker 28 with overlay2, runc, cgroups v2 and systemd's names.
Left out: terminals, swarm, plugins, seccomp and AppArmor, user namespaces, IPv6, log drivers, links, docker cp.
"""

from vlearn.sim.engine.answers import DaemonError, Finished, Reply
from vlearn.sim.engine.boot import boot
from vlearn.sim.engine.daemon import Daemon
from vlearn.sim.engine.docker import Docker
from vlearn.sim.engine.operate import operate
from vlearn.sim.engine.settings import Health, Mount, Port, Restart, Settings
from vlearn.sim.engine.state import Engine

__all__ = [
    "Daemon",
    "DaemonError",
    "Docker",
    "Engine",
    "Finished",
    "Health",
    "Mount",
    "Port",
    "Reply",
    "Restart",
    "Settings",
    "boot",
    "operate",
]
