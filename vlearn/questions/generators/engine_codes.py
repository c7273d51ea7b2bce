"""A question whose key is what exit codes four command lines end with: of the program, of the shell, of the daemon."""

from collections.abc import Callable
from functools import lru_cache
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.engine_scenes import EMPTY, Script, Typed, docker_run, draw_screen, type_in, typed_in
from vlearn.questions.generators.forms import plain_table
from vlearn.questions.generators.images_scenes import PROGRAMS
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import TraceTable
from vlearn.questions.replay import Replay
from vlearn.sim.engine.actions import Kill, Stop, Wait

SIGNALS = ("SIGTERM", "SIGKILL", "SIGHUP")
"""What a shell without job control does not make its background processes ignore."""
_RULE = (
    "`docker run` ends with the exit code of the main process. 125 comes from Docker itself, which could not make or"
    " start the container; 126: the command cannot be executed; 127: there is no such command. A process that ends by a"
    " signal gives 128 and its number, 137 after SIGKILL. And pid 1 gets no signal that it has no handler for, except"
    " SIGKILL from outside."
)


_ELSEWHERE = Typed("# on another host")


def exit_codes(rng: Random) -> Posed:
    """Fill in the exit codes of four lines, each on its own."""
    drawn = rng.sample(_LINES, 4)
    scripts = [make(rng) for make in drawn]
    codes = [_code(script) for script in scripts]
    rows = tuple((_shown(script), str(code)) for script, code in zip(scripts, codes, strict=True))
    prompt = Text(
        "Each row is typed on a host of its own, which has no containers yet. What exit code does the main process of"
        " the row's last container have, or `docker run` itself if it starts none?"
    )
    told = tuple(
        (_shown(script).replace("`", ""), str(code), _why(script, code))
        for script, code in zip(scripts, codes, strict=True)
    )
    answer = TraceTable(("Typed", "Exit code"), rows, tuple((n, 1) for n in range(len(rows))))
    solution = (Text(_RULE), plain_table(("Typed", "Exit code", "Why"), told))
    hosts = (scripts[0], *((_ELSEWHERE, *script) for script in scripts[1:]))
    return Posed((prompt,), answer, solution, Replay(type_in, EMPTY, hosts, draw_screen))


@lru_cache(512)
def _code(script: Script) -> int:
    last = typed_in(*script)[-1]
    return int(last.text) if isinstance(script[-1].action, Wait) else last.code


def _shown(script: Script) -> str:
    return "; ".join(f"`{typed.line}`" for typed in script)


def _why(script: Script, code: int) -> str:
    line = script[max(0, len(script) - 2)].line
    if code == 125:
        return "the daemon, or its client, refuses: no process was started"
    if code == 126:
        return "the file is there, but cannot be executed"
    if code == 127:
        return "no such command in the container"
    if code == 137:
        return "no handler: SIGKILL ends it, 128 + 9"
    if "stop" in line or "kill" in line:
        return "the signal's handler calls `exit`"
    return "the main process ends with it"


def _exits(rng: Random) -> Script:
    code = rng.choice((0, 1, 2, 3, 5, 7, 42))
    return (docker_run(f'alpine sh -c "exit {code}"', "alpine", "sh", "-c", f"exit {code}"),)


def _last_counts(rng: Random) -> Script:
    first, last = rng.choice((("false", "true"), ("true", "false"), ("exit 4", "exit 5"), ("false", "exit 6")))
    return (docker_run(f'alpine sh -c "{first}; {last}"', "alpine", "sh", "-c", f"{first}; {last}"),)


def _missing_inside(rng: Random) -> Script:
    program = f"{rng.choice(PROGRAMS)}ctl"
    return (docker_run(f'alpine sh -c "{program} --help"', "alpine", "sh", "-c", f"{program} --help"),)


def _missing(rng: Random) -> Script:
    program = f"{rng.choice(PROGRAMS)}ctl"
    return (docker_run(f"alpine {program}", "alpine", program),)


def _no_program(rng: Random) -> Script:
    path = rng.choice(("/etc/passwd", "/etc/group", "/etc/os-release"))
    return (docker_run(f"alpine {path}", "alpine", path),)


def _name_taken(rng: Random) -> Script:
    name = rng.choice(PROGRAMS)
    return (
        docker_run(f"--name {name} alpine true", "alpine", "true", name=name),
        docker_run(f"--name {name} alpine true", "alpine", "true", name=name),
    )


def _port_taken(rng: Random) -> Script:
    port = rng.choice((80, 8000, 8080, 8443, 9000))
    return (
        docker_run(f"-d -p {port}:80 nginx", "nginx", detach=True, ports=(f"{port}:80",)),
        docker_run(f"-p {port}:80 nginx", "nginx", ports=(f"{port}:80",)),
    )


def _no_image(rng: Random) -> Script:
    name = f"{rng.choice(PROGRAMS)}-{rng.randrange(100, 999)}"
    return (docker_run(f"{name} true", name, "true"),)


def _stopped(rng: Random) -> Script:
    name = rng.choice(PROGRAMS)
    return (
        docker_run(f"-d --name {name} alpine sleep 600", "alpine", "sleep", "600", name=name, detach=True),
        Typed(f"docker stop {name}", Stop(name)),
        Typed(f"docker wait {name}", Wait(name)),
    )


def _handled(rng: Random) -> Script:
    name, code = rng.choice(PROGRAMS), rng.choice((0, 1, 3, 9, 12))
    signal = rng.choice(("SIGTERM", "SIGTERM", "SIGINT", "SIGHUP"))
    inside = f"trap 'exit {code}' {signal.removeprefix('SIG')}; while true; do sleep 1; done"
    started = docker_run(
        f'-d --name {name} alpine sh -c "{inside}"', "alpine", "sh", "-c", inside, name=name, detach=True
    )
    send = Typed(f"docker kill -s {signal} {name}", Kill(name, signal))
    if signal == "SIGTERM":
        send = Typed(f"docker stop {name}", Stop(name))
    return (started, send, Typed(f"docker wait {name}", Wait(name)))


def _killed(rng: Random) -> Script:
    name = rng.choice(PROGRAMS)
    return (
        docker_run(f"-d --name {name} nginx", "nginx", name=name, detach=True),
        Typed(f"docker kill {name}", Kill(name)),
        Typed(f"docker wait {name}", Wait(name)),
    )


def _itself(rng: Random) -> Script:
    """A child of the shell is killed; the shell ends with its status."""
    signal = rng.choice(SIGNALS)
    inside = f"sleep 60 & kill -{signal.removeprefix('SIG')} $!; wait $!"
    return (docker_run(f"alpine sh -c '{inside}'", "alpine", "sh", "-c", inside),)


_LINES: tuple[Callable[[Random], Script], ...] = (
    _exits, _last_counts, _missing_inside, _missing, _no_program, _name_taken, _port_taken, _no_image, _stopped,
    _handled, _killed, _itself,
)  # fmt: skip
