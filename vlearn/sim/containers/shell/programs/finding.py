"""find: a walk through directories with tests. Supported: -name, -path, -type, -maxdepth, -mindepth, -perm, -user,
-print, -delete, -exec ... ;, -o, !, and the implied and."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.errors import NotModelled
from vlearn.sim.containers.shell.names import uid_of
from vlearn.sim.containers.shell.patterns import matches
from vlearn.sim.containers.shell.task import Body, Task
from vlearn.sim.containers.shell.waits import Running, Wait
from vlearn.sim.files.filesystem import Stat

TYPES = {"f": "file", "d": "dir", "l": "symlink", "c": "char", "b": "block", "p": "fifo", "s": "socket"}
Test = Callable[[str, Stat], Generator[Wait, None, bool]]


@dataclass(frozen=True, slots=True)
class _Search:
    """What to do with each file: alternatives of tests; and how deep to go."""

    alternatives: tuple[tuple[Test, ...], ...]
    least: int
    most: int


def _find(task: Task) -> Running:
    words = list(task.arguments[1:])
    starts: list[str] = []
    while words and not words[0].startswith(("-", "!", "(")):
        starts.append(words.pop(0))
    search = _parsed(task, words)
    status = 0
    for start in starts or ["."]:
        status |= yield from _walk(task, search, start, 0)
    return status


def _walk(task: Task, search: _Search, path: str, depth: int) -> Running:
    try:
        found = task.host.stat(task.pid, path, follow=False)
        names = task.host.list(task.pid, path) if found.kind == "dir" and depth < search.most else ()
    except SystemCallFailed as failed:
        return task.complain(f"‘{path}’: {failed.strerror}")
    status = 0
    if depth >= search.least:
        for tests in search.alternatives:
            fits = True
            for test in tests:
                fits = yield from test(path, found)
                if not fits:
                    break
            if fits:
                break
    for name in names:
        status |= yield from _walk(task, search, f"{path.rstrip('/') if path != '/' else ''}/{name}", depth + 1)
    return status


def _always(check: Callable[[str, Stat], bool]) -> Test:
    def test(path: str, found: Stat) -> Generator[Wait, None, bool]:
        yield from ()
        return check(path, found)

    return test


def _negated(inner: Test) -> Test:
    def test(path: str, found: Stat) -> Generator[Wait, None, bool]:
        return not (yield from inner(path, found))

    return test


def _parsed(task: Task, words: list[str]) -> _Search:
    alternatives: list[list[Test]] = [[]]
    least, most, acts, negate = 0, 1000, False, False
    while words:
        word = words.pop(0)
        if word in ("-o", "-or"):
            alternatives.append([])
            continue
        if word in ("!", "-not"):
            negate = True
            continue
        if word in ("-maxdepth", "-mindepth"):
            least, most = (int(words.pop(0)), most) if word == "-mindepth" else (least, int(words.pop(0)))
            continue
        if word in ("-xdev", "-mount", "-a"):
            if word == "-a":
                continue
            raise NotModelled(word)
        test = _test(task, word, words)
        acts = acts or word in ("-print", "-delete", "-exec")
        alternatives[-1].append(_negated(test) if negate else test)
        negate = False
    if not acts:
        for tests in alternatives:
            tests.append(_print(task))
    return _Search(tuple(map(tuple, alternatives)), least, most)


def _print(task: Task) -> Test:
    def act(path: str, found: Stat) -> bool:
        task.say(path)
        return True

    return _always(act)


def _test(task: Task, word: str, words: list[str]) -> Test:
    match word:
        case "-print":
            return _print(task)
        case "-delete":
            return _always(lambda path, found: _delete(task, path, found))
        case "-exec":
            return _execute(task, words)
        case "-empty":
            return _always(
                lambda path, found: found.size == 0 if found.kind == "file" else not task.host.list(task.pid, path)
            )
    if not words:
        raise NotModelled(f"{word} without a value")
    value = words.pop(0)
    match word:
        case "-name":
            return _always(lambda path, found: matches(value, path.rstrip("/").rpartition("/")[2] or path))
        case "-path":
            return _always(lambda path, found: matches(value, path))
        case "-type" if value in TYPES:
            return _always(lambda path, found: found.kind == TYPES[value])
        case "-perm":
            wanted = int(value.lstrip("-/"), 8)
            return _always(
                lambda path, found: found.mode & wanted == wanted if value[0] == "-" else found.mode == wanted
            )
        case "-user":
            return _always(lambda path, found: found.uid == uid_of(task, value))
    raise NotModelled(f"{word} {value}")


def _delete(task: Task, path: str, found: Stat) -> bool:
    try:
        (task.host.rmdir if found.kind == "dir" else task.host.unlink)(task.pid, path)
    except SystemCallFailed as failed:
        task.complain(f"cannot delete ‘{path}’: {failed.strerror}")
        return False
    return True


def _execute(task: Task, words: list[str]) -> Test:
    if ";" not in words:
        raise NotModelled("-exec without ;")
    end = words.index(";")
    command, words[:] = words[:end], words[end + 1 :]

    def test(path: str, found: Stat) -> Generator[Wait, None, bool]:
        return (yield from task.run([word.replace("{}", path) for word in command])).shell == 0

    return test


PROGRAMS: Mapping[str, Body] = {"find": _find}
