"""More programs on text: sort, uniq, tr, cut, rev, basename, dirname, xargs, sha256sum, od -c, base64, sed s and p."""

import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.patterns import CLASSES
from vlearn.sim.containers.shell.printing import unescaped
from vlearn.sim.containers.shell.programs.files import missing
from vlearn.sim.containers.shell.programs.options import plain, read_options
from vlearn.sim.containers.shell.programs.text import inputs, lines_of
from vlearn.sim.containers.shell.task import Body, Task
from vlearn.sim.containers.shell.waits import Running


def _sort(task: Task) -> Running:
    options = read_options(task.arguments[1:], "nrufb", "kt")
    content, status = b"", 0
    for word, found in (yield from inputs(task, options.words)):
        if isinstance(found, SystemCallFailed):
            return task.complain(f"cannot read: {word}: {found.strerror}", 2)
        content += found if found.endswith(b"\n") or not found else found + b"\n"

    def key(line: bytes) -> tuple[float, bytes]:
        text = line.rstrip(b"\n")
        if "k" in options:
            first = options.get("k").partition(",")[0]
            fields = text.split(options.get("t").encode()) if "t" in options else text.split()
            number = int(re.match(r"\d+", first).group()) if re.match(r"\d+", first) else 1  # type: ignore[union-attr]
            text = fields[number - 1] if number <= len(fields) else b""
            numeric = "n" in options or "n" in first
        else:
            numeric = "n" in options
        found = re.match(rb"\s*(-?\d+(?:\.\d+)?)", text)
        text = text.lower() if "f" in options else text
        return (float(found.group(1)) if found else 0.0, b"") if numeric else (0.0, text)

    lines = sorted(lines_of(content))
    lines.sort(key=key, reverse="r" in options)
    if "u" in options:
        lines = [line for n, line in enumerate(lines) if not n or key(line) != key(lines[n - 1])]
    task.write(b"".join(lines))
    return status


def _uniq(task: Task) -> Running:
    options = read_options(task.arguments[1:], "cdu")
    ((word, found),) = yield from inputs(task, options.words[:1])
    if isinstance(found, SystemCallFailed):
        return task.complain(f"{word}: {found.strerror}")
    groups: list[tuple[bytes, int]] = []
    for line in lines_of(found):
        line = line.rstrip(b"\n") + b"\n"
        if groups and groups[-1][0] == line:
            groups[-1] = (line, groups[-1][1] + 1)
        else:
            groups.append((line, 1))
    for line, count in groups:
        if (count > 1 or "d" not in options) and (count == 1 or "u" not in options):
            task.write((f"{count:7} ".encode() if "c" in options else b"") + line)
    return 0


def _characters(text: str) -> list[str]:
    """The set of characters that tr's words describe: ranges, classes, escapes."""
    for name, inside in CLASSES.items():
        text = text.replace(f"[:{name}:]", inside if name in ("alpha", "digit", "alnum", "upper", "lower") else "")
    text = unescaped(text)
    found: list[str] = []
    at = 0
    while at < len(text):
        if text[at + 1 : at + 2] == "-" and at + 2 < len(text):
            found += [chr(code) for code in range(ord(text[at]), ord(text[at + 2]) + 1)]
            at += 3
        else:
            found.append(text[at])
            at += 1
    return found


def _tr(task: Task) -> Running:
    options = read_options(task.arguments[1:], "dscC")
    if not options.words or (len(options.words) < 2 and "d" not in options and "s" not in options):
        return task.complain("missing operand")
    first = [*" \t\n\r\f\v"] if options.words[0] == "[:space:]" else _characters(options.words[0])
    text = (yield from task.read()).decode("utf-8", "surrogateescape")
    if "c" in options or "C" in options:
        outside = sorted({char for char in text if char not in first})
        first = outside
    second = _characters(options.words[1]) if len(options.words) > 1 else []
    if "d" in options:
        text = "".join(char for char in text if char not in first)
    elif second:
        second += [second[-1]] * (len(first) - len(second))
        text = text.translate({ord(a): b for a, b in reversed(list(zip(first, second, strict=False)))})
    if "s" in options:
        squeezed = set(second or first)
        text = "".join(c for n, c in enumerate(text) if not (n and c == text[n - 1] and c in squeezed))
    task.write(text)
    return 0


def _cut(task: Task) -> Running:
    options = read_options(task.arguments[1:], "s", "dfc")
    wanted = options.get("f") or options.get("c")
    if not wanted:
        return task.complain("you must specify a list of bytes, characters, or fields")
    ranges = [(part.partition("-")[0], part.partition("-")[2] if "-" in part else part) for part in wanted.split(",")]

    def chosen(number: int) -> bool:
        return any(int(a or 1) <= number <= int(b or 10**9) for a, b in ranges)

    status = 0
    for word, content in (yield from inputs(task, options.words)):
        if isinstance(content, SystemCallFailed):
            status = task.complain(f"{word}: {content.strerror}")
            continue
        for line in content.decode("utf-8", "surrogateescape").splitlines():
            if "c" in options:
                task.say("".join(char for n, char in enumerate(line, 1) if chosen(n)))
                continue
            between = options.get("d", "\t")
            fields = line.split(between)
            if len(fields) == 1:
                task.say(*([] if "s" in options else [line]))
            else:
                task.say(between.join(field for n, field in enumerate(fields, 1) if chosen(n)))
    return status


def _rev(task: Task) -> Running:
    for line in (yield from task.read()).decode("utf-8", "surrogateescape").splitlines():
        task.say(line[::-1])
    return 0


def _basename(task: Task) -> int:
    words = task.arguments[1:]
    if not words:
        return missing(task)
    name = words[0].rstrip("/").rpartition("/")[2] or ("/" if words[0] else "")
    suffix = words[1] if len(words) > 1 else ""
    task.say(name.removesuffix(suffix) if name != suffix else name)
    return 0


def _dirname(task: Task) -> int:
    for word in task.arguments[1:]:
        above, slash, _ = word.rstrip("/").rpartition("/")
        task.say(above.rstrip("/") or ("/" if slash or word.startswith("/") else "."))
    return 0


def _xargs(task: Task) -> Running:
    options = read_options(task.arguments[1:], "r0", "nI", stop=True)
    text = (yield from task.read()).decode("utf-8", "surrogateescape")
    words = [word for word in (text.split("\0") if "0" in options else text.split()) if word]
    command = list(options.words) or ["echo"]
    if "I" in options:
        runs = [[part.replace(options.get("I"), line.strip()) for part in command] for line in text.splitlines()]
    else:
        size = int(options.get("n", "0")) or max(len(words), 1)
        runs = [[*command, *words[n : n + size]] for n in range(0, len(words), size)]
        runs = runs or ([] if "r" in options else [command])
    status = 0
    for run in runs:
        code = (yield from task.run(run)).shell
        status = code if code in (126, 127) else 123 if code else status
    return status


def _checksum(task: Task) -> Running:
    kind = task.name.removesuffix("sum")
    options = read_options(task.arguments[1:], "b")
    status = 0
    for word, content in (yield from inputs(task, options.words)):
        if isinstance(content, SystemCallFailed):
            status = task.complain(f"{word}: {content.strerror}")
        else:
            task.say(f"{hashlib.new(kind, content).hexdigest()}  {word}")
    return status


def _base64(task: Task) -> Running:
    options = read_options(task.arguments[1:], "d", "w", {"decode": "d"})
    ((word, content),) = yield from inputs(task, options.words[:1])
    if isinstance(content, SystemCallFailed):
        return task.complain(f"{word}: {content.strerror}")
    if "d" in options:
        task.write(b64decode(content))
        return 0
    text, width = b64encode(content).decode(), int(options.get("w", "76"))
    task.say(*([text[n : n + width] for n in range(0, len(text), width)] if width else [text]))
    return 0


PROGRAMS: Mapping[str, Body] = {
    "base64": _base64,
    "basename": plain(_basename),
    "cut": _cut,
    "dirname": plain(_dirname),
    "md5sum": _checksum,
    "rev": _rev,
    "sha1sum": _checksum,
    "sha256sum": _checksum,
    "sort": _sort,
    "tr": _tr,
    "uniq": _uniq,
    "xargs": _xargs,
}
