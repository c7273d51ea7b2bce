"""One instruction of a Dockerfile as a value, and a stage of them."""

from dataclasses import dataclass

from vlearn.sim.images.dockerfile.lines import Heredoc


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction: `arguments` are its words, or its one text in shell form; `pairs` those of ENV, LABEL and ARG."""

    keyword: str
    text: str
    first: int
    last: int
    arguments: tuple[str, ...] = ()
    exec_form: bool = False
    pairs: tuple[tuple[str, str | None], ...] = ()
    flags: tuple[tuple[str, str], ...] = ()
    heredocs: tuple[Heredoc, ...] = ()

    def flag(self, name: str) -> str:
        """The value of `--name=value`; empty without it."""
        return dict(self.flags).get(name, "")


@dataclass(frozen=True, slots=True)
class Stage:
    """What stands between one FROM and the next; `name` is empty without AS."""

    start: Instruction
    instructions: tuple[Instruction, ...]

    @property
    def base(self) -> str:
        """The image or earlier stage it starts from, before variables are put in."""
        return self.start.arguments[0]

    @property
    def name(self) -> str:
        """The name that AS gives it, in small letters."""
        return self.start.arguments[2].lower() if len(self.start.arguments) == 3 else ""


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """A whole file: the ARGs before the first FROM, the stages, and what BuildKit warns of."""

    source: str
    escape: str
    arguments: tuple[Instruction, ...]
    stages: tuple[Stage, ...]
    warnings: tuple[str, ...] = ()
