"""Checks of chapter 11 that type the student's commands, or start the student's Compose file, on a docker host."""

from typing import Any

from vlearn.lab.exercise import Hint
from vlearn.sim.engine.command_line.console import Console
from vlearn.sim.engine.command_line.said import Said

MOST = 20


def _typed(console: Console, lines: list[str]) -> Hint | None:
    """A hint at the first line that fails."""
    for line in lines:
        said = console.type(line if line.startswith("docker ") else f"docker {line}")
        if said.code:
            return Hint(f"`{line}` ends with exit code {said.code}:\n\n```\n{said.text.strip()}\n```")
    return None


def _asks(console: Console, name: str, other: str) -> Said:
    return console.type(f"docker exec {name} ping -c 1 {other}")


def by_name(answer: Any) -> Hint | None:
    """`web` finds `db` by its name, and what db writes to /data is there for the next db."""
    if not (isinstance(answer, (list, tuple)) and answer and all(isinstance(line, str) for line in answer)):
        return Hint('Give a list of commands, such as `["docker network create shopnet", ...]`.')
    lines = [line.strip() for line in answer]
    if len(lines) > MOST:
        return Hint(f"A few commands will do: at most {MOST}.")
    console = Console()
    failed = _typed(console, lines)
    if failed:
        return failed
    for name in ("web", "db"):
        running = console.type(f"docker inspect -f '{{{{.State.Running}}}}' {name}")
        if running.out.strip() != "true":
            return Hint(f"After these commands no container of the name `{name}` runs.")
    if _asks(console, "web", "db").code:
        return Hint("`web` does not find `db` by its name. In which networks does Docker's name server answer?")
    console.type("docker run -d --name stranger nginx")
    if not _asks(console, "stranger", "db").code:
        return Hint("A stranger on the default bridge finds `db` as well.")
    made = [line for line in lines if "--name db" in line or "--name=db" in line]
    console.type("docker exec db sh -c 'echo kept > /data/proof'; docker rm -f -v db")
    again = _typed(console, made)
    if again:
        return Hint(f"`db` is removed, and its line is typed once more. {again.text}")
    if console.type("docker exec db cat /data/proof").out != "kept\n":
        return Hint(
            "`db` wrote to `/data`, was removed by `docker rm -f -v`, and was started again by its line: the file is"
            " gone. Which kind of volume outlives that?"
        )
    return None


def compose_file(answer: Any) -> Hint | None:
    """web at port 8080 starts once cache is healthy; cache keeps /data in a named volume."""
    if not isinstance(answer, str):
        return Hint("The answer is the text of a Compose file.")
    console = Console()
    host = console.docker.host
    host.write_file(console.pid, "compose.yaml", answer)
    said = console.type("docker compose up -d")
    if said.code:
        return Hint(f"`docker compose up -d` ends with exit code {said.code}:\n\n```\n{_last(said)}\n```")
    services = console.type("docker compose ps --services").out.split()
    if sorted(services) != ["cache", "web"]:
        return Hint(f"Services that run: {', '.join(sorted(services)) or 'none'}. `web` and `cache` were asked for.")
    if console.type("wget -qO- localhost:8080").code:
        return Hint(
            "Nobody answers at port 8080 of the host. Which port does `web` listen to, and how is it published?"
        )
    order = [
        (dict(one.attributes).get("com.docker.compose.service") or dict(one.attributes).get("name", ""), one.action)
        for one in console.docker.engine.happened
        if one.kind == "container"
    ]
    started = [n for n, (name, action) in enumerate(order) if action == "start" and "web" in name]
    healthy = [n for n, (name, action) in enumerate(order) if action == "health_status: healthy" and "cache" in name]
    if not healthy or started[0] < healthy[0]:
        why = "It has no health check that passes." if not healthy else "`depends_on` needs a condition."
        return Hint(f"`web` was started before `cache` was healthy. {why}")
    console.type("docker compose exec cache sh -c 'echo kept > /data/proof'")
    console.type("docker compose down; docker volume prune -f; docker compose up -d")
    if console.type("docker compose exec cache cat /data/proof").out != "kept\n":
        return Hint("After `docker compose down` and `up`, what `cache` wrote to `/data` is gone: name the volume.")
    return None


def _last(said: Said) -> str:
    return "\n".join(said.text.strip().splitlines()[-4:])
