"""Questions whose key is a build with a cache: which modules are compiled again, and how long that takes."""

from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.delivery_scenes import NEVER, listed
from vlearn.questions.generators.forms import plain_table
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Classification, Numeric
from vlearn.sim.delivery.building import Build, Module, build

CATEGORIES = ("compiled", "from the cache")
NAMES = ("auth", "basket", "core", "data", "forms", "mail", "money", "search", "text", "users", "views", "web")
RULE = (
    "The key of a module is a digest of its source and of the keys of the modules that it uses; what was compiled under"
    " a key stays in the cache."
)


@dataclass(frozen=True, slots=True)
class History:
    """What happens, in words, and the modules at each build after the first one."""

    words: tuple[str, ...]
    builds: tuple[tuple[Module, ...], ...]


def modules_compiled(rng: Random) -> Posed:
    """Which modules does the last build of a history compile?"""
    modules, history, last = _scene(rng)
    key = tuple(int(module.name in last.hits) for module in modules)
    prompt = (
        Text(f"{RULE} All of these modules have just been built, with an empty cache before. Then this happens:"),
        _table(modules),
        Text(_numbered(history)),
        Text("What becomes of each module in the last build?"),
    )
    answer = Classification(CATEGORIES, tuple(f"`{module.name}`" for module in modules), key)
    return Posed(prompt, answer, (_solution(last),))


def minutes_of_build(rng: Random) -> Posed:
    """How many minutes does the last build of a history compile?"""
    modules, history, last = _scene(rng)
    prompt = (
        Text(f"{RULE} All of these modules have just been built, with an empty cache before. Then this happens:"),
        _table(modules),
        Text(_numbered(history)),
        Text(
            "Modules are compiled one after another, in the minutes of the table (made up for this exercise), and"
            " taking one from the cache takes no time. How long does the last build take?"
        ),
    )
    total = Text(
        f"In all **{last.minutes:g} minutes**, of {sum(module.minutes for module in modules):g} for everything."
    )
    return Posed(prompt, Numeric(Fraction(last.minutes), unit="minutes"), (_solution(last), total))


def _scene(rng: Random) -> tuple[tuple[Module, ...], History, Build]:
    while True:
        modules = _modules(rng)
        history = rng.choice(_HISTORIES)(rng, modules)
        cache = build(modules).cache
        for now in history.builds:
            last = build(now, cache)
            cache = last.cache
        if last.hits and (last.compiled or rng.random() < 0.1):
            return modules, history, last


def _modules(rng: Random) -> tuple[Module, ...]:
    names = rng.sample(NAMES, rng.choice((5, 6)))
    made = []
    for place, name in enumerate(names):
        uses = tuple(sorted(rng.sample(names[:place], min(place, rng.choice((0, 1, 1, 2))))))
        made.append(Module(name, "1", uses, float(rng.randrange(1, 10))))
    return tuple(rng.sample(made, len(made)))


def _edited(modules: tuple[Module, ...], name: str, source: str = "2") -> tuple[Module, ...]:
    return tuple(replace(module, source=source) if module.name == name else module for module in modules)


def _one_edit(rng: Random, modules: tuple[Module, ...]) -> History:
    name = rng.choice(modules).name
    return History((f"The source of `{name}` is edited.", "All is built."), (_edited(modules, name),))


def _edit_and_back(rng: Random, modules: tuple[Module, ...]) -> History:
    one, other = (module.name for module in rng.sample(modules, 2))
    words = (
        f"The source of `{one}` is edited, and all is built.",
        f"That edit is taken back, the source of `{other}` is edited, and all is built.",
    )
    return History(words, (_edited(modules, one), _edited(modules, other)))


def _edit_again(rng: Random, modules: tuple[Module, ...]) -> History:
    one, other = (module.name for module in rng.sample(modules, 2))
    first = _edited(modules, one)
    words = (
        f"The source of `{one}` is edited, and all is built.",
        f"The source of `{other}` is edited as well, and all is built.",
    )
    return History(words, (first, _edited(first, other)))


def _touched(rng: Random, modules: tuple[Module, ...]) -> History:
    one, other = (module.name for module in rng.sample(modules, 2))
    words = (
        f"A fresh checkout gives all files new times, and the source of `{one}` is edited; all is built.",
        f"The source of `{other}` is opened and saved as it was; the edit of `{one}` is taken back; all is built.",
        f"The source of `{other}` is edited, and all is built.",
    )
    return History(words, (_edited(modules, one), modules, _edited(modules, other)))


_HISTORIES = (_one_edit, _edit_and_back, _edit_and_back, _edit_again, _touched)


def _numbered(history: History) -> str:
    return "\n".join(f"{n}. {words}" for n, words in enumerate(history.words, 1))


def _table(modules: tuple[Module, ...]) -> Table:
    rows = tuple((f"`{one.name}`", ", ".join(one.uses) or NEVER, f"{one.minutes:g}") for one in modules)
    return plain_table(("Module", "Uses", "Minutes to compile"), rows)


def _solution(last: Build) -> Text:
    return Text(
        "An edit changes the key of its module and of all that use it, directly or not, but never of what it uses."
        " Times of files are in no key; and an edit that is taken back gives the old keys, which are in the cache. So"
        f" {listed(sorted(last.compiled))} {'is' if len(last.compiled) == 1 else 'are'} compiled."
    )
