"""Which variables an instruction of a stage sees: its ARGs from their line on, and ENV, which wins.

An ARG before the first FROM counts in FROM lines only, until a stage declares it again without a value.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from vlearn.sim.images.dockerfile.instruction import Instruction
from vlearn.sim.images.dockerfile.substitution import expand, expand_variables

PREDEFINED = tuple(
    name
    for word in ("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY")
    for name in (word, word.lower())
)
"""May be given without an ARG, are seen by RUN, and are no part of the cache's key."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The arguments declared so far; None for one without a value. `given` are those of the command line."""

    given: Mapping[str, str]
    escape: str
    everywhere: Mapping[str, str | None] = field(default_factory=dict)
    declared: Mapping[str, str | None] = field(default_factory=dict)

    def declare(self, instruction: Instruction, environment: Mapping[str, str]) -> "Scope":
        """After an ARG: the value is the command line's, else the default, else the one from before the first FROM."""
        declared = dict(self.declared)
        for name, default in instruction.pairs:
            seen = {**_set(declared), **environment}
            name = expand(name, seen, self.escape)
            value = self.everywhere.get(name) if default is None else expand(default, seen, self.escape)
            declared[name] = self.given.get(name, value)
        return replace(self, declared=declared)

    def closed(self) -> "Scope":
        """At the first FROM: what was declared before counts everywhere, in its way, and stages begin with nothing."""
        return replace(self, everywhere=self.declared, declared={})

    def variables(self, environment: Mapping[str, str]) -> dict[str, str]:
        """What `$NAME` means in an instruction."""
        return {**_set(self.declared), **environment}

    def run_time(self, environment: Mapping[str, str]) -> dict[str, str]:
        """What the command of a RUN finds in its environment."""
        proxies = {name: value for name, value in self.given.items() if name in PREDEFINED}
        return {**proxies, **self.variables(environment)}

    def key(self, environment: Mapping[str, str]) -> tuple[str, ...]:
        """The arguments that a RUN depends on, whether its text names them or not: they are in its environment."""
        values = _set(self.declared)
        return tuple(f"{n}={v}" for n, v in sorted(values.items()) if n not in environment and n not in PREDEFINED)

    def expand(self, text: str, environment: Mapping[str, str]) -> str:
        """A text with the variables put in."""
        return expand(text, self.variables(environment), self.escape)

    def expand_inside(self, text: str, environment: Mapping[str, str]) -> str:
        """A heredoc with the variables put in; its quotes stay."""
        return expand_variables(text, self.variables(environment), self.escape)


def _set(values: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}
