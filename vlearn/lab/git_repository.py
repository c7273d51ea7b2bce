"""A repository in a folder of its own, made for the comparison with Git, and questions to the real `git` about it.

Git is run without anybody's settings: no configuration of user or system is read, no hook runs, nothing goes over a
network. Needs `git` on the PATH.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

COMMITS = 40
"""Commits after the first one, on the branch `line`."""
SHOP = "def price():\n    return {}\n"
BILL = "import shop\n\nassert shop.{}() == {}\n"
BASE = {"shop.py": SHOP.format(5), "bill.py": BILL.format("price", 5)}
BRANCHES = {
    "rename": {"shop.py": SHOP.format(5).replace("price", "cost"), "bill.py": BILL.format("cost", 5)},
    "report": {"report.py": "import shop\n\nassert 2 * shop.price() == 10\n"},
    "dearer": {"shop.py": SHOP.format(6), "bill.py": BILL.format("price", 6)},
    "cheaper": {"shop.py": SHOP.format(4), "bill.py": BILL.format("price", 4)},
}
"""What each branch changes in the base. A program's tests are its assertions."""
TESTS = "import glob; [__import__(name[:-3]) for name in sorted(glob.glob('*.py'))]"
SECONDS = 20
"""After which a command that hangs is given up."""


def git(folder: Path, *words: str, text: str = "", fine: tuple[int, ...] = (0,)) -> subprocess.CompletedProcess[str]:
    """Run a command of Git in the folder. OSError without Git, SubprocessError if it ends otherwise than is fine."""
    ran = _run(folder, ("git", *words), text)
    if ran.returncode not in fine:
        raise subprocess.CalledProcessError(ran.returncode, ran.args, ran.stdout, ran.stderr)
    return ran


def made(folder: Path) -> None:
    """Make the repository: a straight line of commits, and four branches that leave one base."""
    git(folder, "init", "--quiet", "--template=")
    git(folder, "fast-import", "--quiet", text="".join(_stream()))


def bisected(folder: Path, count: int, bad: int) -> tuple[tuple[int, ...], int]:
    """Let `git bisect run` find the bad one of the first so many commits: which it tried, in order, and which it found.

    A commit's number is its subject, and its file `state` has one x more: a pattern for none would match anything.
    """
    git(folder, "checkout", "--quiet", "--force", "line")
    git(folder, "bisect", "start", f"line~{COMMITS - count}", f"line~{COMMITS}")
    git(folder, "bisect", "run", "git", "grep", "--quiet", "-E", f"^x{{1,{bad}}}$", "--", "state")
    log = git(folder, "bisect", "log").stdout.splitlines()
    git(folder, "bisect", "reset")
    tried = [line for line in log if line.startswith(("# good: ", "# bad: "))][2:]
    (found,) = (line for line in log if line.startswith("# first bad commit: "))
    return tuple(int(line.split()[-1]) for line in tried), int(found.split()[-1])


def green(folder: Path, branch: str) -> bool:
    """Whether the program of a branch passes its tests."""
    git(folder, "checkout", "--quiet", "--force", branch)
    return _tests(folder)


def merged(folder: Path, one: str, other: str) -> tuple[tuple[str, ...], bool | None]:
    """Merge two branches: the files in conflict as Git reports them; without any, whether the tests pass on the sum."""
    git(folder, "checkout", "--quiet", "--force", "--detach", one)
    ran = git(folder, "merge", "--quiet", "-m", "both", other, fine=(0, 1))
    if ran.returncode:
        files = git(folder, "diff", "--name-only", "--diff-filter=U").stdout.split()
        git(folder, "merge", "--abort")
        return tuple(files), None
    return (), _tests(folder)


def _tests(folder: Path) -> bool:
    return _run(folder, (sys.executable, "-E", "-S", "-B", "-c", TESTS), "").returncode == 0


def _run(folder: Path, command: tuple[str, ...], text: str) -> subprocess.CompletedProcess[str]:
    nobody = {"NAME": "nobody", "EMAIL": "nobody@example.org"}
    settings = {
        **{name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ},
        **{f"GIT_{who}_{key}": value for who in ("AUTHOR", "COMMITTER") for key, value in nobody.items()},
        **dict.fromkeys(("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"), os.devnull),
        **dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "GIT_CEILING_DIRECTORIES"), str(folder.parent)),
        "GIT_CONFIG_NOSYSTEM": "1",  # for versions before 2.32, which do not know the two above
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
    return subprocess.run(
        command, cwd=folder, env=settings, input=text, capture_output=True, encoding="utf-8", timeout=SECONDS
    )


def _stream() -> Iterator[str]:
    """The commits as `git fast-import` reads them. A commit of a branch goes upon its last one."""
    for number in range(COMMITS + 1):
        yield from _commit("line", str(number), {"state": "x" * (number + 1) + "\n"}, number)
    yield from _commit("base", "base", BASE)
    for name, files in BRANCHES.items():
        yield f"reset refs/heads/{name}\nfrom refs/heads/base\n"
        yield from _commit(name, name, files)


def _commit(branch: str, subject: str, files: Mapping[str, str], minute: int = 0) -> Iterator[str]:
    yield f"commit refs/heads/{branch}\ncommitter nobody <nobody@example.org> {10**9 + 60 * minute} +0000\n"
    yield f"data {len(subject)}\n{subject}\n"
    for path, content in files.items():
        yield f"M 100644 inline {path}\ndata {len(content)}\n{content}\n"
