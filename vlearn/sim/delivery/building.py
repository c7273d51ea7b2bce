"""A build with a cache: a module is compiled again only if it, or something that it is made of, has changed.

The key of a module is the digest of its source and of the keys of its dependencies, as in Bazel's action cache or
ccache. Left out: undeclared inputs, by which real caches give wrong hits, and building several modules at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from hashlib import sha256

from vlearn.errors import ModelError, did_you_mean


@dataclass(frozen=True, slots=True)
class Module:
    """A part that is compiled in one go: its source, the modules it uses, the minutes it takes."""

    name: str
    source: str
    uses: tuple[str, ...] = ()
    minutes: float = 1.0


@dataclass(frozen=True, slots=True)
class Build:
    """Which modules came from the cache and which were compiled, the minutes of the latter, and the cache after it."""

    hits: tuple[str, ...]
    compiled: tuple[str, ...]
    minutes: float
    cache: frozenset[str]


def build(modules: Iterable[Module], cache: frozenset[str] = frozenset()) -> Build:
    """Build all modules one after another. Raises ModelError for a circle, an unknown use or a negative time."""
    found = {module.name: module for module in modules}
    names = keys(found)
    hits = tuple(name for name, key in names.items() if key in cache)
    compiled = tuple(name for name, key in names.items() if key not in cache)
    return Build(hits, compiled, sum(found[name].minutes for name in compiled), cache | frozenset(names.values()))


def keys(modules: Mapping[str, Module]) -> dict[str, str]:
    """The cache key of each module, those first that others use."""
    for name, module in modules.items():
        if not 0 <= module.minutes < float("inf"):
            raise ModelError(f"{name!r} cannot take {module.minutes:g} minutes to compile")
        for used in module.uses:
            if used not in modules:
                raise ModelError(f"{name!r} uses {used!r}, which is no module{did_you_mean(used, modules)}")
    made: dict[str, str] = {}
    try:
        for name in TopologicalSorter({name: module.uses for name, module in modules.items()}).static_order():
            below = [made[used] for used in sorted(modules[name].uses)]
            made[name] = sha256("\0".join((name, modules[name].source, *below)).encode()).hexdigest()
    except CycleError as error:
        circle = " uses ".join(reversed(error.args[1]))
        raise ModelError(f"modules use each other in a circle: {circle}") from None
    return made
