"""What `--help` prints: usage, options in two columns, the commands of a group; only what the model has."""

from textwrap import wrap

from vlearn.sim.engine.command_line.command import GROUPS, Command, commands
from vlearn.sim.engine.command_line.flags import Flag

WIDTH = 80
COMMON = ("run", "exec", "ps", "build", "pull", "push", "images", "version", "info")


def help_of(command: Command, called: str) -> str:
    """`docker COMMAND --help`."""
    parts = [command.usage_of(called), command.summary]
    if command.aliases:
        names = (*command.aliases, command.name)
        shown = ", ".join(f"docker {name}" for name in sorted(names, key=lambda name: _rank(command, name)))
        parts.append(f"Aliases:\n  {shown}")
    if options := options_of(command.flags):
        parts.append(f"Options:\n{options}")
    return "\n\n".join(parts) + "\n"


def _rank(command: Command, name: str) -> int:
    """Docker's order: the names in a group, the proper one first; then the short one."""
    if " " not in name:
        return 2
    return 0 if name == command.name or (" " not in command.name and name == command.aliases[0]) else 1


def options_of(flags: tuple[Flag, ...]) -> str:
    """Options in two columns, wrapped to 80."""
    shown = sorted((flag for flag in flags if flag.text), key=lambda flag: flag.long)
    heads = [f"  {f'-{f.short}, ' if f.short else '    '}--{f.long}{' ' * bool(f.kind)}{f.kind}" for f in shown]
    width = max(map(len, heads), default=0) + 3
    lines = []
    for head, flag in zip(heads, shown, strict=True):
        first, *more = wrap(flag.text, WIDTH - width - 1, break_long_words=False, break_on_hyphens=False) or [""]
        lines += [head.ljust(width) + first, *(" " * width + line for line in more)]
    return "\n".join(lines)


def group_help(name: str) -> str:
    """`docker network` and its like."""
    inside = sorted(
        (command.removeprefix(f"{name} "), one.summary)
        for command, one in commands().items()
        if command.startswith(f"{name} ") and command.split()[1] not in ("list", "remove", "ps")
    )
    return (
        f"Usage:  docker {name} COMMAND\n\n{GROUPS[name]}\n\nCommands:\n{_columns(inside)}\n\n"
        f"Run 'docker {name} COMMAND --help' for more information on a command.\n"
    )


def overview() -> str:
    """`docker` alone."""
    single = {name: one.summary for name, one in commands().items() if " " not in name}
    common = [(name, single[name]) for name in COMMON]
    others = sorted((name, summary) for name, summary in single.items() if name not in COMMON)
    return (
        "Usage:  docker [OPTIONS] COMMAND\n\nA self-sufficient runtime for containers\n\n"
        f"Common Commands:\n{_columns(common)}\n\nManagement Commands:\n{_columns(sorted(GROUPS.items()))}\n\n"
        f"Commands:\n{_columns(others)}\n\n"
        "Run 'docker COMMAND --help' for more information on a command.\n"
    )


def _columns(rows: list[tuple[str, str]]) -> str:
    width = max(max(len(name) for name, _ in rows), 11)
    return "\n".join(f"  {name.ljust(width)} {summary}" for name, summary in rows)
