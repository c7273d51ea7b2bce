"""A question whose key is which of several `docker run -p` the daemon refuses because a port is taken."""

from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.engine_scenes import EMPTY, Script, Typed, docker_run, draw_screen, type_in, typed_in
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import MultipleChoice, Option
from vlearn.questions.replay import Replay

PORTS = (8000, 8080, 8081, 8443, 9000, 9090)
INSIDE = (80, 443, 3000, 5000)
NAMES = ("api", "blog", "cart", "mail", "pay", "shop", "web", "wiki")
COUNT = 5
_RULE = (
    "A port of the host can be given away once for each protocol and address; no address means all of them, and"
    " collides with each. The container's own port, behind the colon, is in its own network namespace and may be the"
    " same in all. Without `-p`, nothing of the host is taken; with one port only, Docker chooses one that is free."
)


def which_refused(rng: Random) -> Posed:
    """Which of five commands are refused? One to three of them are."""
    while True:
        script = _script(rng)
        screen = typed_in(*script)
        refused = [n for n, said in enumerate(screen) if said.code]
        if 1 <= len(refused) <= 3 and 0 not in refused:
            break
    assert all(
        "port is already allocated" in screen[n].text or "address already in use" in screen[n].text for n in refused
    )
    options = tuple(
        Option(f"`{said.line}`", "Its port is taken by a command before." if n in refused else _why_not(said.line))
        for n, said in enumerate(screen)
    )
    prompt = Text(
        "No port of the host is taken, and all images are there. These commands are typed in this order, and what one"
        " of them starts goes on running. Which are refused because a port is already allocated?"
    )
    return Posed(
        (prompt,),
        MultipleChoice(options, frozenset(refused)),
        (Text(_RULE), *draw_screen(tuple(screen[n] for n in refused))),
        Replay(type_in, EMPTY, (script,), draw_screen),
    )


def _script(rng: Random) -> Script:
    first, other = rng.sample(PORTS, 2)
    inner, second = rng.sample(INSIDE, 2)
    names = rng.sample(NAMES, COUNT)
    begin = rng.choice((f"{first}:{inner}", f"127.0.0.1:{first}:{inner}"))
    pool = [
        f"{first}:{second}",
        f"{first}:{inner}",
        f"{other}:{inner}",
        f"{first}:{inner}/udp",
        f"127.0.0.1:{first}:{second}",
        f"127.0.0.2:{first}:{inner}",
        f"127.0.0.1:{other}:{first}",
        f"{inner}",
        "",
    ]
    ports = [begin, *rng.sample(pool, COUNT - 1)]
    return tuple(_run(name, port) for name, port in zip(names, ports, strict=True))


def _run(name: str, port: str) -> Typed:
    settings: dict[str, object] = {"ports": (port,)} if port else {}
    line = f"-d --name {name} {f'-p {port} ' if port else ''}nginx"
    return docker_run(line, "nginx", detach=True, name=name, **settings)


def _why_not(line: str) -> str:
    if "-p" not in line:
        return "It publishes no port, so it takes none of the host."
    return "This port, protocol and address of the host are free; the container's own port does not matter."
