"""A shell's variables and parameters: `name`, `$1`, `$?`, `$$`, `$!`, `$#`; what it exports; what is local."""

from collections.abc import Iterable

from vlearn.sim.containers.shell.dialects import Dialect
from vlearn.sim.containers.shell.task import Task


class Variables:
    """The state of a shell that expansion reads. `exported` names go to the environment of its children."""

    def __init__(self, task: Task, dialect: Dialect, name: str, positional: Iterable[str]) -> None:
        self.task, self.dialect, self.name = task, dialect, name
        self.positional = list(positional)
        self.variables = dict(task.environment)
        self.exported = set(task.environment)
        self.options: set[str] = set()
        self.locals: list[dict[str, str | None]] = []
        self.status = self.substituted = self.last_background = 0
        self.number = task.process.number
        self.line, self.line_offset, self.typed = 1, 0, False

    @property
    def spells_braces(self) -> bool:
        """Whether braces are spelled out: bash does."""
        return self.dialect.braces

    @property
    def computes_names(self) -> bool:
        """All shells but dash read what a variable holds as an expression."""
        return self.dialect.name != "dash"

    @property
    def unset_is_fault(self) -> bool:
        """Whether `set -u` holds."""
        return "u" in self.options

    def copy_variables(self, other: "Variables") -> None:
        """Give a forked shell what it inherits."""
        other.variables, other.exported = dict(self.variables), set(self.exported)
        other.options, other.status, other.number = set(self.options), self.status, self.number
        other.last_background, other.typed, other.line_offset = self.last_background, self.typed, self.line_offset

    def special(self, name: str) -> str | None:
        """The value of a parameter; None if it is not set."""
        match name:
            case "?":
                return str(self.status)
            case "$":
                return str(self.number)
            case "!":
                return str(self.last_background) if self.last_background else None
            case "#":
                return str(len(self.positional))
            case "0":
                return self.name
            case "-":
                return "".join(sorted(option for option in self.options if len(option) == 1))
            case "@" | "*":
                return self.variables.get("IFS", " ")[:1].join(self.positional) if self.positional else None
            case "PPID":
                parent = self.task.process.parent
                return str(self.task.host.kernel.number_in(parent, self.task.process.namespaces.pid))
        if name.isdigit():
            return self.positional[int(name) - 1] if int(name) <= len(self.positional) else None
        return self.variables.get(name)

    def assign(self, name: str, value: str) -> None:
        """Set a variable."""
        self.variables[name] = value

    def environment(self) -> dict[str, str]:
        """What children get."""
        return {name: self.variables[name] for name in sorted(self.exported) if name in self.variables}

    def make_local(self, name: str) -> None:
        """`local name`: its value comes back when the function ends."""
        self.locals[-1].setdefault(name, self.variables.get(name))

    def end_local(self) -> None:
        """Give the variables of a function that ends their values back."""
        for name, value in self.locals.pop().items():
            if value is None:
                self.variables.pop(name, None)
            else:
                self.variables[name] = value
