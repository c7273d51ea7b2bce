"""Probes: asking a container whether it has started, is ready, is alive; and the verdict after some equal answers.

Source: pkg/kubelet/prober/worker.go. A container with a startup probe is asked nothing else before that has succeeded.
The first probe comes a second after the start, or after initialDelaySeconds; the real one comes at a random moment of
the first period. While a container passes and its program will not change, nothing is asked, which no one can tell.
"""

from collections.abc import Mapping
from math import ceil, inf
from typing import Any

from vlearn.sim.kubernetes.node.container import Container, stopped
from vlearn.sim.kubernetes.node.images.commands import KNOWN
from vlearn.sim.kubernetes.node.images.program import Program
from vlearn.sim.kubernetes.node.images.shell import interpret
from vlearn.sim.kubernetes.node.mind import Probing
from vlearn.sim.kubernetes.node.stopping import grace_of, hook_seconds
from vlearn.sim.kubernetes.node.turn import Turn

Spec = Mapping[str, Any]

STARTUP, READINESS, LIVENESS = "startup", "readiness", "liveness"
KINDS = (STARTUP, READINESS, LIVENESS)
FIRST = 1.0


def is_probed(spec: Spec) -> bool:
    """Whether a container has any probe."""
    return "readinessProbe" in spec or "livenessProbe" in spec or "startupProbe" in spec


def has_started(turn: Turn, spec: Spec, container: Container) -> bool:
    """Whether a container that runs counts as started."""
    return not spec.get("startupProbe") or _verdict(turn, container, STARTUP)


def is_ready(turn: Turn, spec: Spec, container: Container) -> bool:
    """Whether a container that runs counts as ready."""
    return has_started(turn, spec, container) and (
        not spec.get("readinessProbe") or _verdict(turn, container, READINESS)
    )


def probe(turn: Turn, spec: Spec) -> None:
    """Ask a running container what is to be asked by now. One that fails for good is stopped."""
    container = turn.running(spec["name"])
    if container is None or container.signalled is not None:
        return
    started = has_started(turn, spec, container)
    for kind in KINDS:
        given = spec.get(f"{kind}Probe")
        if not given or (kind == STARTUP) == started:
            continue
        known = turn.probes.get((container.name, kind))
        if known is None or known.container != container.id:
            first = container.started + max(given.get("initialDelaySeconds") or 0, FIRST)
            known = Probing(container.id, max(first, turn.now))
        if known.next <= turn.now:
            known = _asked(turn, spec, container, kind, given, known)
            started = started or (kind == STARTUP and known.verdict is True)
        turn.probes = {**turn.probes, (container.name, kind): known}
        if known.verdict is False and kind != READINESS:
            _restart(turn, spec, container, kind, given)
            return
        turn.wake(known.next)


def answer(spec: Spec, given: Spec, program: Program, age: float, address: str) -> str:
    """What is wrong with the answer to a probe, in the prober's words; empty for a good one."""
    up, well = age >= program.ready, program.unwell is None or age < program.unwell
    if "exec" in given:
        return _executed(given["exec"].get("command") or [], program, age, up and well)
    for kind in ("httpGet", "tcpSocket", "grpc"):
        if kind not in given:
            continue
        port = _port(spec, given[kind].get("port"))
        to = f"{given[kind].get('host') or address}:{port}"
        refused = not up or (program.ports and port not in program.ports)
        if kind == "httpGet":
            path = given[kind].get("path") or "/"
            if refused:
                scheme = str(given[kind].get("scheme") or "HTTP").lower()
                return f'Get "{scheme}://{to}{path}": dial tcp {to}: connect: connection refused'
            code = 500 if not well else 404 if program.paths and path not in program.paths else 200
            return "" if code == 200 else f"HTTP probe failed with statuscode: {code}"
        if kind == "grpc":
            return "" if well and not refused else f'timeout: failed to connect service "{to}" within 1s: {_LATE}'
        return f"dial tcp {to}: connect: connection refused" if refused else ""
    return ""


_LATE = "context deadline exceeded"


def _asked(turn: Turn, spec: Spec, container: Container, kind: str, given: Spec, known: Probing) -> Probing:
    now, age, program = turn.now, turn.now - container.started, container.program
    wrong = answer(spec, given, program, age, turn.address or turn.machine.address)
    good = not wrong
    if wrong:
        turn.tell("Unhealthy", f"{kind.capitalize()} probe failed: {wrong}", container.name, "Warning")
    run = known.run + 1 if known.answer is good else 1
    enough = given.get("successThreshold") or 1 if good else given.get("failureThreshold") or 3
    period = float(given.get("periodSeconds") or 10)
    following = now + period
    if good and run >= enough:
        change = _next_change(program, age)
        following = inf if change is None else now + period * max(1, ceil((change - age) / period))
    return Probing(container.id, following, good, run, good if run >= enough else known.verdict)


def _next_change(program: Program, age: float) -> float | None:
    changes = [at for at, _, _ in program.files if at > age]
    if program.unwell is not None and program.unwell > age:
        changes.append(program.unwell)
    return min(changes, default=None)


def _restart(turn: Turn, spec: Spec, container: Container, kind: str, given: Spec) -> None:
    again = turn.spec.get("restartPolicy") != "Never"
    told = f"Container {container.name} failed {kind} probe{', will be restarted' if again else ''}"
    turn.tell("Killing", told, container.name)
    grace = given.get("terminationGracePeriodSeconds")
    grace = grace_of(turn.spec) if grace is None else float(grace)
    ending = stopped(container, turn.now, grace, hook_seconds(spec), again)
    turn.set(ending)
    turn.wake(ending.ends)


def _verdict(turn: Turn, container: Container, kind: str) -> bool:
    known = turn.probes.get((container.name, kind))
    return known is not None and known.container == container.id and known.verdict is True


def _executed(command: list[str], program: Program, age: float, well: bool) -> str:
    made = {path for _, path, _ in program.files}
    path = next((word for word in command if word in made or word.startswith("/tmp/")), None)
    if path is not None:
        return "" if program.has_file(path, age) else f"{command[0]}: can't open '{path}': No such file or directory"
    if command and command[0].rpartition("/")[2] in KNOWN:
        code = interpret(tuple(command)).code
        return f"command terminated with exit code {code}" if code else ""
    return "" if well else "command terminated with exit code 1"


def _port(spec: Spec, port: Any) -> Any:
    if not isinstance(port, str):
        return port
    return next((each["containerPort"] for each in spec.get("ports") or () if each.get("name") == port), port)
