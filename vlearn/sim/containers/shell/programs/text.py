"""Programs that read text and print it: cat, head, tail, wc, grep, tee, seq, yes, echo, printf, true, false, test."""

import re
from collections.abc import Callable, Generator, Mapping

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.programs.options import Options, read_options
from vlearn.sim.containers.shell.streams import open_stream, write_out
from vlearn.sim.containers.shell.task import Body, Task
from vlearn.sim.containers.shell.waits import Running, Wait

PIECE = 65_536
Input = tuple[str, bytes | SystemCallFailed]


def inputs(task: Task, words: tuple[str, ...], count: int = -1) -> Generator[Wait, None, list[Input]]:
    """The content of each file (its first bytes), or of standard input for - and where there are no words.

    Where one cannot be read, the refusal stands in its place.
    """
    found: list[Input] = []
    for word in words or ("-",):
        try:
            if word == "-":
                found.append((word, (yield from task.read(count))))
            else:
                stream = open_stream(task, word)
                try:
                    found.append((word, (yield from stream.read(task, count))))
                finally:
                    stream.release(task)
        except SystemCallFailed as failed:
            found.append((word, failed))
    return found


def lines_of(content: bytes) -> list[bytes]:
    """Lines with their newlines."""
    return [line + b"\n" for line in content.split(b"\n")[:-1]] + [last for last in content.split(b"\n")[-1:] if last]


def _cat(task: Task) -> Running:
    options = read_options(task.arguments[1:], "nu")
    status, number = 0, 0
    for word in options.words or ("-",):
        if word == "-" and "n" not in options:
            while piece := (yield from task.read(PIECE)):
                task.write(piece)
            continue
        for _, content in (yield from inputs(task, (word,))):
            if isinstance(content, SystemCallFailed):
                status = task.complain(f"{word}: {content.strerror}")
            elif "n" in options:
                for line in lines_of(content):
                    number += 1
                    task.write(f"{number:6}\t".encode() + line)
            else:
                task.write(content)
    return status


def _count_option(words: tuple[str, ...]) -> tuple[str, ...]:
    """`-5` is `-n5`."""
    return tuple(f"-n{word[1:]}" if re.fullmatch(r"-\d+", word) else word for word in words)


def _head(task: Task) -> Running:
    options = read_options(_count_option(task.arguments[1:]), "q", "nc", {"lines=": "n", "bytes=": "c"})
    if not options.words and "c" not in options and not options.get("n").startswith("-"):
        return (yield from _first_lines(task, int(options.get("n", "10"))))
    if not options.words and "c" in options:
        return (yield from _first_bytes(task, int(options.get("c"))))
    return (yield from _parts(task, options, _beginning))


def _first_bytes(task: Task, wanted: int) -> Running:
    while wanted > 0 and (content := (yield from task.read(wanted))):
        task.write(content)
        wanted -= len(content)
    return 0


def _first_lines(task: Task, wanted: int) -> Running:
    """Standard input line by line, so that the writer of a pipe is stopped in time."""
    while wanted > 0:
        content = yield from task.read(PIECE)
        if not content:
            return 0
        lines = lines_of(content)[:wanted]
        wanted -= sum(line.endswith(b"\n") for line in lines)
        task.write(b"".join(lines))
    return 0


def _beginning(content: bytes, options: Options) -> bytes:
    if "c" in options:
        return content[: int(options.get("c"))]
    return b"".join(lines_of(content)[: int(options.get("n", "10"))])


def _end(content: bytes, options: Options) -> bytes:
    unit = options.get("c") if "c" in options else options.get("n", "10")
    parts = [content[n : n + 1] for n in range(len(content))] if "c" in options else lines_of(content)
    if unit.startswith("+"):
        return b"".join(parts[max(int(unit) - 1, 0) :])
    count = abs(int(unit))
    return b"".join(parts[-count:]) if count else b""


def _parts(task: Task, options: Options, part: Callable[[bytes, Options], bytes]) -> Running:
    status = 0
    count = int(options.get("c")) if "c" in options and part is _beginning else -1
    found = yield from inputs(task, options.words, count)
    for number, (word, content) in enumerate(found):
        if isinstance(content, SystemCallFailed):
            status = task.complain(f"cannot open '{word}' for reading: {content.strerror}")
            continue
        if len(found) > 1 and "q" not in options:
            task.write(f"{chr(10) if number else ''}==> {word} <==\n")
        task.write(part(content, options))
    return status


def _tail(task: Task) -> Running:
    options = read_options(_count_option(task.arguments[1:]), "qfF", "nc", {"lines=": "n", "bytes=": "c"})
    status = yield from _parts(task, options, _end)
    if ("f" in options or "F" in options) and options.words:
        stream = open_stream(task, options.words[0])
        yield from stream.read(task, -1)
        while True:
            yield from task.sleep(1)
            task.write((yield from stream.read(task, -1)))
    return status


def _wc(task: Task) -> Running:
    options = read_options(task.arguments[1:], "lwcm")
    wanted = [letter for letter in "lwcm" if letter in options] or ["l", "w", "c"]
    rows: list[tuple[list[int], str]] = []
    status = 0
    for word, content in (yield from inputs(task, options.words)):
        if isinstance(content, SystemCallFailed):
            status = task.complain(f"{word}: {content.strerror}")
            continue
        counts = {
            "l": content.count(b"\n"),
            "w": len(content.split()),
            "c": len(content),
            "m": len(content.decode("utf-8", "replace")),
        }
        rows.append(([counts[letter] for letter in wanted], word if options.words else ""))
    if len(options.words) > 1:
        rows.append(([sum(column) for column in zip(*(row for row, _ in rows), strict=True)] or [0], "total"))
    width = max((len(str(count)) for row, _ in rows for count in row), default=1)
    if not options.words and len(wanted) > 1:
        width = 7
    elif len(wanted) == 1 and len(rows) == 1:
        width = 1
    for row, name in rows:
        task.say(" ".join([f"{count:>{width}}" for count in row] + ([name] if name else [])))
    return status


def _tee(task: Task) -> Running:
    options = read_options(task.arguments[1:], "a", long={"append": "a"})
    content = yield from task.read()
    task.write(content)
    status = 0
    for word in options.words:
        try:
            write_out(task, word, content, append="a" in options)
        except SystemCallFailed as failed:
            status = task.complain(f"{word}: {failed.strerror}")
    return status


PROGRAMS: Mapping[str, Body] = {
    "cat": _cat,
    "head": _head,
    "tail": _tail,
    "tee": _tee,
    "wc": _wc,
}
