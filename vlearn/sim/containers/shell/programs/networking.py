"""Programs of the network: ip, ping, ss, nc, wget, curl, and getent hosts."""

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Address

from vlearn.sim.containers.calls import Mount, Umount
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.network.command import ip
from vlearn.sim.containers.network.ping import ping
from vlearn.sim.containers.network.verbs import Said
from vlearn.sim.containers.shell.errors import NotModelled
from vlearn.sim.containers.shell.programs.files import make_parents
from vlearn.sim.containers.shell.programs.options import plain, read_options
from vlearn.sim.containers.shell.sockets import exchange, is_admin, listen, network_of, put_networks, resolved
from vlearn.sim.containers.shell.task import Body, Task
from vlearn.sim.containers.shell.waits import Running, Wait

NAMED = "/run/netns"


def _said(task: Task, said: Said) -> int:
    task.write(said.stdout)
    task.write(said.stderr, 2)
    return said.status


def _ip(task: Task) -> Running:
    words = task.arguments[1:]
    yield from ()
    match words:
        case ("netns", "add" | "a", name):
            return _add_name(task, name)
        case ("netns", "del" | "delete" | "d", name):
            return _delete_name(task, name)
        case ("netns", "exec", name, *command) if command:
            return (yield from _execute(task, name, command))
    number = network_of(task)
    networks, said = ip(task.host.kernel.networks, number, words, is_admin(task, number))
    put_networks(task, networks, f"ip {' '.join(words)}")
    return _said(task, said)


def _add_name(task: Task, name: str) -> int:
    """`ip netns add`: a namespace that a mount of its file keeps alive."""
    networks, path = task.host.kernel.networks, f"{NAMED}/{name}"
    if name in networks.names:
        return _said(task, ip(networks, network_of(task), ["netns", "add", name])[1])
    try:
        make_parents(task, NAMED)
        task.host.close(task.pid, task.host.open(task.pid, path, "RDONLY", "CREAT", "EXCL", mode=0))
        task.host.unshare(task.pid, "CLONE_NEWNET")
        task.host.ask(Mount(task.pid, "/proc/self/ns/net", path, "none", ("BIND",)))
    except SystemCallFailed as failed:
        task.write(f'Cannot create namespace file "{path}": {failed.strerror}\n', 2)
        return 1
    number = network_of(task)
    networks, said = ip(task.host.kernel.networks, number, ["netns", "add", name], new=number)
    put_networks(task, networks, f"ip netns add {name}")
    return _said(task, said)


def _delete_name(task: Task, name: str) -> int:
    path = f"{NAMED}/{name}"
    try:
        task.host.stat(task.pid, path)
        task.host.ask(Umount(task.pid, path, True))
        task.host.unlink(task.pid, path)
    except SystemCallFailed as failed:
        task.write(f'Cannot remove namespace file "{path}": {failed.strerror}\n', 2)
        return 1
    networks = task.host.kernel.networks
    if name in networks.names:
        put_networks(task, replace(networks, names=networks.names.delete(name)), f"ip netns del {name}")
    return 0


def _execute(task: Task, name: str, command: list[str]) -> Running:
    try:
        descriptor = task.host.open(task.pid, f"{NAMED}/{name}")
    except SystemCallFailed as failed:
        task.write(f'Cannot open network namespace "{name}": {failed.strerror}\n', 2)
        return 255
    try:
        task.host.setns(task.pid, descriptor, "CLONE_NEWNET")
    except SystemCallFailed as failed:
        task.write(f'setting the network namespace "{name}" failed: {failed.strerror}\n', 2)
        return 255
    task.host.close(task.pid, descriptor)
    try:
        running = task.become(command)
    except SystemCallFailed as failed:
        task.write(f'exec of "{command[0]}" failed: {failed.strerror}\n', 2)
        return 255
    return (yield from running)


def _ping(task: Task) -> Running:
    words = list(task.arguments[1:])
    names: dict[str, IPv4Address] = {}
    for word in words:
        if not word.startswith("-") and not word.replace(".", "").isdigit() and (found := resolved(task, word)):
            names[word] = found
    networks, said, _ = ping(task.host.kernel.networks, network_of(task), words, names)
    put_networks(task, networks, f"ping {' '.join(words)}")
    count = said.stdout.partition(" packets transmitted")[0].rpartition("\n")[2]
    if count.isdigit():
        yield from task.sleep(max(int(count) - 1, 0))
    return _said(task, said)


def _ss(task: Task) -> int:
    options = read_options(task.arguments[1:], "ltunap")
    space = task.host.kernel.networks.at(network_of(task))
    wanted = {"tcp" for _ in "t" if "t" in options} | {"udp" for _ in "u" if "u" in options} or {"tcp", "udp"}
    netid = len(wanted) > 1
    head = ["Netid"] * netid + ["State", "Recv-Q", "Send-Q", "Local Address:Port", "Peer Address:Port", "Process"]
    rows = [head]
    for one in sorted(space.sockets, key=lambda socket: (socket.protocol, socket.port)):
        if one.protocol not in wanted:
            continue
        process = task.host.kernel.processes.get(one.pid)
        number = task.host.kernel.number_in(one.pid, task.process.namespaces.pid)
        who = f'users:(("{process.command}",pid={number},fd=3))' if process and number and "p" in options else ""
        state = "LISTEN" if one.protocol == "tcp" else "UNCONN"
        row = [one.protocol] * netid + [
            state,
            "0",
            "128" if one.protocol == "tcp" else "0",
            f"{one.address}:{one.port}",
            "0.0.0.0:*",
            who,
        ]
        rows.append(row)
    widths = [max(len(row[n]) for row in rows) for n in range(len(head))]
    for row in rows:
        task.say(" ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return 0


def _nc(task: Task) -> Running:
    options = read_options(task.arguments[1:], "lzvnk", "pw")
    if "l" in options:
        return (yield from _nc_listen(task, int(options.get("p") or options.words[-1])))
    if len(options.words) != 2 or not options.words[1].isdigit():
        raise NotModelled("anything but HOST PORT")
    name, port = options.words[0], int(options.words[1])
    address = resolved(task, name)
    if address is None:
        return task.complain(f'getaddrinfo for host "{name}" port {port}: Name or service not known')
    try:
        content = b"" if "z" in options else (yield from task.read())
        task.write(exchange(task, address, port, content))
    except SystemCallFailed as failed:
        if failed.name == "ETIMEDOUT":
            yield from task.sleep(float(options.get("w", "127")))
        return (
            task.complain(f"connect to {name} port {port} (tcp) failed: {failed.strerror}")
            if "v" in options or "z" not in options
            else 1
        )
    if "v" in options:
        task.write(f"Connection to {name} {port} port [tcp/*] succeeded!\n", 2)
    return 0


def _nc_listen(task: Task, port: int) -> Running:
    came: list[bytes] = []

    def take(content: bytes) -> bytes:
        came.append(content)
        return b""

    try:
        listen(task, port, take)
    except SystemCallFailed as failed:
        return task.complain(str(failed.strerror))
    yield Wait(lambda: bool(came), what=f"a connection to port {port}")
    task.write(came[0])
    return 0


def _getent(task: Task) -> int:
    if task.arguments[1:2] != ("hosts",) or len(task.arguments) != 3:
        raise NotModelled("anything but getent hosts NAME")
    found = resolved(task, task.arguments[2])
    if found is None:
        return 2
    task.say(f"{found!s:<15} {task.arguments[2]}")
    return 0


def _nslookup(task: Task) -> int:
    name = task.arguments[1] if len(task.arguments) > 1 else ""
    found = resolved(task, name)
    if found is None:
        task.say(f"** server can't find {name}: NXDOMAIN")
        return 1
    task.say(f"Name:\t{name}", f"Address: {found}")
    return 0


PROGRAMS: Mapping[str, Body] = {
    "getent": plain(_getent),
    "ip": _ip,
    "nc": _nc,
    "nslookup": plain(_nslookup),
    "ping": _ping,
    "ss": plain(_ss),
}
