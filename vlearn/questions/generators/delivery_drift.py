"""Questions whose key is which servers have drifted from what is declared, after changes by hand and by tools."""

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.forms import chosen
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric
from vlearn.questions.replay import Replay
from vlearn.sim.delivery.servers import Action, Converge, Declare, Patch, Rebuild, Servers, operate
from vlearn.views.delivery_servers import draw

COUNT = 6
SETTINGS = {"tls": ("1.2", "1.3"), "workers": ("4", "8", "16"), "log": ("info", "debug"), "cache": ("on", "off")}
EXTRA = {"debugger": ("on",), "swap": ("off",), "proxy": ("old", "new")}
"""Settings of which no declaration speaks."""
_SETTING = (
    f"Servers 1 to {COUNT} are all as declared. Configuration management sets again what is declared, on the servers"
    " that it reaches, and leaves all other settings as they are. This happens:"
)
_RULE = (
    "A tool repairs what is declared on servers that it reaches: a change by hand of a setting that nobody declared"
    " stays, and so does anything on a server that was down. A new declaration makes all servers differ until it is"
    " carried out. Replacing the servers by an image leaves nothing behind, whatever was done to the old ones."
)


def drifted_servers(rng: Random) -> Posed:
    """Which servers are not as declared in the end?"""
    while True:
        start, actions = _drawn(rng)
        replay = Replay(operate, start, tuple(actions), draw)
        final = replay.trace().final
        if 1 <= len(final.drifted) < COUNT:
            break
    answer = chosen((f"Server {n + 1}", n in final.drifted, _why(final, actions, n)) for n in range(COUNT))
    prompt = (
        Text(f"{_SETTING}"),
        Text(_told(start, actions)),
        Text(
            "Which servers are **not** as declared in the end? Choose all that apply; a setting too many counts, too."
        ),
    )
    return Posed(prompt, answer, (Text(_RULE), _table(final)), replay)


def kinds_of_servers(rng: Random) -> Posed:
    """How many different configurations are there in the end?"""
    while True:
        start, actions = _drawn(rng)
        replay = Replay(operate, start, tuple(actions), draw)
        final = replay.trace().final
        if final.kinds >= 2 or rng.random() < 0.2:
            break
    prompt = (
        Text(f"{_SETTING}"),
        Text(_told(start, actions)),
        Text("How many different configurations do the servers have in the end? (Alike in all would be 1.)"),
    )
    told = Text(f"So there are **{final.kinds}**.")
    answer = Numeric(Fraction(final.kinds), unit="configurations")
    return Posed(prompt, answer, (Text(_RULE), _table(final), told), replay)


def _drawn(rng: Random) -> tuple[Servers, list[Action]]:
    keys = rng.sample(sorted(SETTINGS), 2)
    start = Servers.of(COUNT, **{key: SETTINGS[key][0] for key in keys})
    makers = {"patch": _patch, "declare": _declare, "converge": _converge, "rebuild": _rebuild}
    sorts = ["patch", *rng.choices(("patch", "patch", "declare", "converge", "converge", "rebuild"), k=2), "patch"]
    rng.shuffle(sorts)
    if rng.random() < 0.6:
        sorts.append("converge")
    return start, [makers[sort](rng, keys) for sort in sorts]


def _some(rng: Random) -> tuple[int, ...]:
    return tuple(sorted(rng.sample(range(COUNT), rng.choice((1, 2, 2, 3)))))


def _patch(rng: Random, keys: list[str]) -> Action:
    key = rng.choice((*keys, rng.choice(sorted(EXTRA))))
    return Patch(key, rng.choice((SETTINGS | EXTRA)[key][-2:]), _some(rng))


def _declare(rng: Random, keys: list[str]) -> Action:
    key = rng.choice(keys)
    return Declare(key, rng.choice(SETTINGS[key][1:]))


def _converge(rng: Random, keys: list[str]) -> Action:
    return Converge(rng.choice(((), _some(rng), _some(rng))))


def _rebuild(rng: Random, keys: list[str]) -> Action:
    return Rebuild()


def _told(start: Servers, actions: list[Action]) -> str:
    declared = ", ".join(f"`{key}={value}`" for key, value in sorted(start.declared.items()))
    return "\n".join([f"1. Declared is {declared}.", *(f"{n}. {_words(one)}" for n, one in enumerate(actions, 2))])


def _words(action: Action) -> str:
    match action:
        case Patch(key, value, on):
            return f"Somebody logs in to {_servers(on)} and sets `{key}={value}`."
        case Declare(key, value):
            return f"`{key}={value}` is declared instead; no tool runs yet."
        case Converge(missed):
            but = (
                f" {_servers(missed).capitalize()} {'is' if len(missed) == 1 else 'are'} down just then."
                if missed
                else ""
            )
            return f"Configuration management runs.{but}"
        case Rebuild():
            return "Every server is replaced by a new one, made of an image with what is declared."


def _servers(numbers: tuple[int, ...]) -> str:
    names = [str(n + 1) for n in numbers]
    return f"server{'s' * (len(names) > 1)} {' and '.join(filter(None, (', '.join(names[:-1]), names[-1])))}"


def _why(final: Servers, actions: list[Action], number: int) -> str:
    differs = ", ".join(_differences(final, number))
    if differs:
        return f"It has {differs}."
    by_hand = [n for n, one in enumerate(actions) if isinstance(one, Patch) and number in one.on]
    if not by_hand:
        return "Nobody changed it by hand, and it has all that is declared."
    if any(isinstance(one, Rebuild) for one in actions[by_hand[-1] :]):
        return "What was changed by hand went with the server that it replaces."
    return "What was changed by hand has been set again since, or is what is declared anyhow."


def _differences(final: Servers, number: int) -> Iterator[str]:
    for key, value in sorted(final.settings[number].items()):
        if final.declared.get(key) != value:
            wanted = (
                f", declared is `{final.declared[key]}`" if key in final.declared else ", of which nothing is declared"
            )
            yield f"`{key}={value}`{wanted}"


def _table(final: Servers) -> Table:
    rows = tuple(
        (f"server {n + 1}", ", ".join(f"{key}={value}" for key, value in sorted(each.items())), _mark(final, n))
        for n, each in enumerate(final.settings)
    )
    declared = ", ".join(f"{key}={value}" for key, value in sorted(final.declared.items()))
    return Table(("Server", "In the end", "As declared"), (("declared", declared, ""), *rows))


def _mark(final: Servers, number: int) -> str:
    return "no" if number in final.drifted else "yes"
