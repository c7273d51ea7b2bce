"""grep: lines that match a regular expression."""

import re
from collections.abc import Mapping

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.programs.options import Options, read_options
from vlearn.sim.containers.shell.programs.regular import python_of
from vlearn.sim.containers.shell.programs.text import inputs, lines_of
from vlearn.sim.containers.shell.task import Body, Task
from vlearn.sim.containers.shell.waits import Running


def _grep(task: Task) -> Running:
    options = read_options(
        task.arguments[1:],
        "EFGivcqnolhHsrwx",
        "eAB",
        {"count": "c", "quiet": "q", "ignore-case": "i", "invert-match": "v"},
    )
    words = list(options.words)
    if "e" in options:
        pattern = options.get("e")
    elif words:
        pattern = words.pop(0)
    else:
        task.write("Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n", 2)
        return 2
    expression = re.escape(pattern) if "F" in options else python_of(pattern, "E" in options)
    expression = rf"(?<!\w)(?:{expression})(?!\w)" if "w" in options else expression
    expression = f"^(?:{expression})$" if "x" in options else expression
    try:
        wanted = re.compile(expression.encode(), re.IGNORECASE if "i" in options else 0)
    except re.error:
        return task.complain(f"Invalid regular expression: {pattern}", 2)
    status, hit = 0, False
    named = ("H" in options or len(words) > 1) and "h" not in options
    for word, content in (yield from inputs(task, tuple(words))):
        if isinstance(content, SystemCallFailed):
            if "s" not in options:
                task.complain(f"{word}: {content.strerror}")
            status = 2
            continue
        found = _selected(content, wanted, options)
        hit = hit or bool(found)
        if "q" in options:
            continue
        name = f"{'(standard input)' if word == '-' else word}:" if named else ""
        if "c" in options:
            task.say(f"{name}{len(found)}")
        elif "l" in options:
            task.say(*([word] if found else []))
        else:
            for number, piece in found:
                task.write(f"{name}{f'{number}:' if 'n' in options else ''}".encode() + piece + b"\n")
    return status if status and not ("q" in options and hit) else int(not hit)


def _selected(content: bytes, wanted: re.Pattern[bytes], options: Options) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    for number, line in enumerate(lines_of(content), 1):
        line = line.removesuffix(b"\n")
        if bool(wanted.search(line)) == ("v" in options):
            continue
        if "o" in options and "v" not in options:
            found += [(number, one.group()) for one in wanted.finditer(line) if one.group()]
        else:
            found.append((number, line))
    return found


PROGRAMS: Mapping[str, Body] = {
    "grep": _grep,
}
