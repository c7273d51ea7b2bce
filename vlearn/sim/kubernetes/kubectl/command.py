"""A command of kubectl: its name, its options, and who carries it out."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from vlearn.sim.engine.command_line.flags import Flag, Given, flag
from vlearn.sim.kubernetes.kubectl.client import Client
from vlearn.sim.kubernetes.kubectl.errors import Fault

COMMON = ("-n, --namespace string", "--request-timeout string", "--context string", "--kubeconfig string")
FILES = ("-f, --filename list", "-R, --recursive", "--field-manager string")
OUTPUT = ("-o, --output string", "--show-managed-fields", "--template string", "--allow-missing-template-keys")
SELECTOR = ("-l, --selector string",)
DRY = ("--dry-run string",)
ALONE: Mapping[str, str] = {"dry-run": "unchanged", "cascade": "background", "validate": "strict"}
"""Options that may stand without a value, and what they then mean."""
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|h|m|s))+|0")
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a command: what was given, and where."""

    client: Client
    given: Given
    name: str
    passed: tuple[str, ...] | None = None
    """What stands behind a `--`."""

    @property
    def namespace(self) -> str:
        """The namespace that the line names, or default."""
        return self.given.text("namespace") or "default"

    @property
    def words(self) -> tuple[str, ...]:
        """The arguments."""
        return self.given.arguments

    def out(self, *lines: str) -> None:
        """Print lines on standard output."""
        self.client.to.out(*lines)

    def err(self, *lines: str) -> None:
        """Print lines on standard error."""
        self.client.to.err(*lines)

    @property
    def dry(self) -> str:
        """Nothing, client or server. Raises Fault."""
        value = self.given.text("dry-run", "none")
        if value == "unchanged":
            self.err(
                "W0101 00:00:00.000000       1 helpers.go:702] --dry-run is deprecated and can be replaced with "
                "--dry-run=client."
            )
            return "client"
        if value not in ("none", "client", "server"):
            raise Fault(f'Invalid dry-run value ({value}). Must be "none", "server", or "client".')
        return "" if value == "none" else value

    @property
    def dry_suffix(self) -> str:
        """What is printed behind a result that is none."""
        return {"client": " (dry run)", "server": " (server dry run)"}.get(self.dry, "")

    def query(self, **more: str) -> dict[str, str]:
        """The query of a request that writes."""
        return {**({"dryRun": "All"} if self.dry == "server" else {}), **more}

    def seconds(self, name: str, default: float | None) -> float | None:
        """An option that is a span of time; 0 and less is no limit. Raises Fault."""
        written = self.given.text(name)
        return default if not written else span(written, name)


def span(written: str, name: str) -> float:
    """A span of time in seconds, such as 1m30s. Raises Fault."""
    text = written.removeprefix("-")
    if not _DURATION.fullmatch(text):
        raise Fault(f'invalid argument "{written}" for "--{name}" flag: time: invalid duration "{written}"')
    total = sum(float(number) * _UNITS[unit] for number, unit in re.findall(r"([\d.]+)(ms|h|m|s)", text))
    return -total if written.startswith("-") else total


Handler: TypeAlias = Callable[[Call], None]


@dataclass(frozen=True, slots=True)
class Command:
    """`passes`: what stands behind -- is a command of its own."""

    name: str
    handler: Handler
    flags: tuple[Flag, ...] = ()
    passes: bool = False


def command(name: str, handler: Handler, *flags: str, passes: bool = False) -> Command:
    """A command with options written as in its help, and those of all commands."""
    return Command(name, handler, tuple(flag(each) for each in (*COMMON, *flags)), passes)
