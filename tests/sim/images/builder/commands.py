"""A tiny set of commands for RUN: touch, echo TEXT > FILE, mkdir, rm, mv, ln, true and false, with `&&`."""

from collections.abc import Mapping

from vlearn.sim.files.errno import Failure
from vlearn.sim.files.filesystem import Filesystem, Path
from vlearn.sim.files.walk import resolve


def run(words: tuple[str, ...], files: Filesystem, env: Mapping[str, str], workdir: str) -> tuple[Filesystem, str, int]:
    lines = words[2].split("&&") if words[:2] == ("/bin/sh", "-c") else [" ".join(words)]
    output = ""
    for line in lines:
        text = line.strip()
        for name, value in env.items():
            text = text.replace(f"${name}", value)
        try:
            files, printed = _one(files, text.split(), resolve(files, workdir))
        except Failure as failure:
            return files, f"{output}{text}: {failure.text}\n", 1
        except KeyError:
            return files, f"{output}/bin/sh: {text.split()[0]}: not found\n", 127
        output += printed
    return files, output, 0


def _one(files: Filesystem, words: list[str], cwd: Path) -> tuple[Filesystem, str]:
    name, *arguments = words
    if name == "echo":
        if ">" in arguments:
            at = arguments.index(">")
            return _write(files, resolve(files, arguments[at + 1], cwd), " ".join(arguments[:at]) + "\n"), ""
        return files, " ".join(arguments) + "\n"
    paths = [resolve(files, one, cwd, follow=name not in ("rm", "mv")) for one in arguments if not one.startswith("-")]
    if name == "touch":
        for path in paths:
            files = files if files.kind(path) else files.create(path)
    elif name == "mkdir":
        for path in paths:
            for depth in range(1, len(path) + 1):
                files = files if files.kind(path[:depth]) else files.mkdir(path[:depth])
    elif name == "rm":
        for path in paths:
            files = _remove(files, path) if files.kind(path) else files
    elif name == "mv":
        files = files.rename(paths[0], paths[1])
    elif name == "ln":
        files = files.link(paths[0], paths[1])
    elif name == "false":
        raise Failure("EPERM", files)
    elif name != "true":
        raise KeyError(name)
    return files, ""


def _write(files: Filesystem, path: Path, text: str) -> Filesystem:
    return files.write(path, text.encode()) if files.kind(path) else files.create(path, text.encode())


def _remove(files: Filesystem, path: Path) -> Filesystem:
    if files.kind(path) != "dir":
        return files.unlink(path)
    for name in files.entries(path):
        files = _remove(files, (*path, name))
    return files.rmdir(path)
