"""Namespaces and roots: unshare, nsenter, chroot, setpriv, lsns, as util-linux and coreutils have them."""

from collections.abc import Iterable, Mapping

from vlearn.sim.containers.authority import shown
from vlearn.sim.containers.calls import Chdir, SetGids, SetNoNewPrivileges, SetUids
from vlearn.sim.containers.calls import Mount as MountCall
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.namespaces import KINDS
from vlearn.sim.containers.shell.names import gid_of, uid_of
from vlearn.sim.containers.shell.programs.options import Options, plain, read_options
from vlearn.sim.containers.shell.programs.showing import seen
from vlearn.sim.containers.shell.task import Body, Task
from vlearn.sim.containers.shell.waits import Running

LETTERS = {
    "m": "mnt", "u": "uts", "i": "ipc", "n": "net", "p": "pid", "U": "user", "C": "cgroup", "T": "time",
}  # fmt: skip
NAMES = {"mount": "m", "uts": "u", "ipc": "i", "net": "n", "pid": "p", "user": "U", "cgroup": "C", "time": "T"}
FLAG = {kind.name: kind.flag for kind in KINDS}
PROPAGATION = ("private", "shared", "slave", "unchanged")


def _unshare(task: Task) -> Running:
    options = read_options(
        task.arguments[1:],
        "muinpUCTfrc",
        "RwSG",
        {
            **NAMES,
            "fork": "f",
            "map-root-user": "r",
            "map-current-user": "c",
            "mount-proc": "mount-proc",
            "mount-proc=": "mount-proc",
            "propagation=": "propagation",
            "root=": "R",
            "wd=": "w",
            "setuid=": "S",
            "setgid=": "G",
        },
        stop=True,
    )
    if options.get("propagation", "private") not in PROPAGATION:
        return task.complain(f"unsupported propagation mode: {options.get('propagation')}")
    wanted = [LETTERS[letter] for letter in LETTERS if letter in options]
    wanted += ["user"] if ("r" in options or "c" in options) and "user" not in wanted else []
    wanted += ["mnt"] if "mount-proc" in options and "mnt" not in wanted else []
    own = task.process.credentials
    inside = task.host.kernel.user(task.process)
    uid, gid = shown(inside.uid_map, own.euid), shown(inside.gid_map, own.egid)
    try:
        if wanted:
            task.host.unshare(task.pid, *(FLAG[name] for name in wanted))
    except SystemCallFailed as failed:
        return task.complain(f"unshare failed: {failed.strerror}")
    if "r" in options or "c" in options:
        task.host.write_file(task.pid, "/proc/self/setgroups", "deny")
        task.host.write_file(task.pid, "/proc/self/uid_map", f"{0 if 'r' in options else uid} {uid} 1")
        task.host.write_file(task.pid, "/proc/self/gid_map", f"{0 if 'r' in options else gid} {gid} 1")
    if "mnt" in wanted and options.get("propagation", "private") != "unchanged":
        kind = options.get("propagation", "private").upper()
        try:
            task.host.ask(MountCall(task.pid, "none", "/", "", ("REC", kind)))
        except SystemCallFailed as failed:
            return task.complain(f"cannot change root filesystem propagation: {failed.strerror}")
    words = options.words or (task.environment.get("SHELL", "/bin/sh"),)
    if "f" not in options:
        return (yield from _inside(task, options, words))
    try:
        child = task.fork(lambda one: _inside(one, options, words))
    except SystemCallFailed as failed:
        return task.complain(f"fork failed: {failed.strerror}")
    return (yield from task.wait(child.pid)).shell


def _inside(task: Task, options: Options, words: tuple[str, ...]) -> Running:
    """What is done in the process that becomes the program."""
    host, pid = task.host, task.pid
    try:
        if "R" in options:
            step = f"cannot change root directory to '{options.get('R')}'"
            host.chroot(pid, options.get("R"))
            step = "cannot chdir to '/'"
            host.chdir(pid, "/")
        if "w" in options:
            step = f"cannot chdir to '{options.get('w')}'"
            host.chdir(pid, options.get("w"))
        if "mount-proc" in options:
            where = options.get("mount-proc") or "/proc"
            step = f"mount {where} failed"
            host.ask(MountCall(pid, "proc", where, "proc", ("NOSUID", "NODEV", "NOEXEC")))
        if "G" in options:
            step = "setgid failed"
            host.set_gids(pid, int(options.get("G")))
        if "S" in options:
            step = "setuid failed"
            host.set_uids(pid, int(options.get("S")))
    except SystemCallFailed as failed:
        return task.complain(f"{step}: {failed.strerror}")
    return (yield from _execute(task, words))


def _execute(task: Task, words: Iterable[str]) -> Running:
    """errexec of util-linux: 127 where there is no such program, else 126."""
    return (yield from task.attempt(words, f"{task.name}: failed to execute "))


def _nsenter(task: Task) -> Running:
    options = read_options(
        task.arguments[1:], "aFZ", "tSG", {**NAMES, **{f"{n}=": letter for n, letter in NAMES.items()}, "target=": "t",
        "all": "a", "no-fork": "F", "root": "r", "wd": "w"}, stop=True, optional="muinpUCTrw",
    )  # fmt: skip
    target = options.get("t")
    letters = [letter for letter in "UCiunpmT" if letter in options or "a" in options]
    opened: list[tuple[str, int]] = []
    root = "r" in options or "m" in letters
    for letter in letters:
        path = options.get(letter) or f"/proc/{target}/ns/{LETTERS[letter]}"
        if not target and not options.get(letter):
            return task.complain(f"no target PID specified for --{LETTERS[letter]}")
        try:
            opened.append((letter, task.host.open(task.pid, path)))
        except SystemCallFailed as failed:
            return task.complain(f"cannot open {path}: {failed.strerror}")
    own = task.process.namespaces
    for letter, descriptor in opened:
        opened_file = task.host.kernel.open_files[task.process.descriptors[descriptor]]
        if "a" in options and opened_file.namespace == own.get(LETTERS[letter]):
            continue
        try:
            task.host.setns(task.pid, descriptor, FLAG[LETTERS[letter]])
        except SystemCallFailed as failed:
            return task.complain(f"reassociate to namespace 'ns/{LETTERS[letter]}' failed: {failed.strerror}")
    for _, descriptor in opened:
        task.host.close(task.pid, descriptor)
    if root:
        task.host.ask(Chdir(task.pid, "/"))
    words = options.words or (task.environment.get("SHELL", "/bin/sh"),)
    if "p" not in letters or "F" in options:
        return (yield from _execute(task, words))
    try:
        child = task.fork(lambda one: _execute(one, words))
    except SystemCallFailed as failed:
        return task.complain(f"fork failed: {failed.strerror}")
    return (yield from task.wait(child.pid)).shell


def _chroot(task: Task) -> Running:
    options = read_options(task.arguments[1:], "", "", {"userspec=": "u"}, stop=True)
    if not options.words:
        return task.complain("missing operand", 125)
    new, *words = options.words
    try:
        task.host.chroot(task.pid, new)
    except SystemCallFailed as failed:
        return task.complain(f"cannot change root directory to '{new}': {failed.strerror}", 125)
    task.host.chdir(task.pid, "/")
    if "u" in options:
        user, _, group = options.get("u").partition(":")
        if group:
            task.host.set_gids(task.pid, gid_of(task, group) or 0)
        task.host.set_uids(task.pid, uid_of(task, user) or 0)
    words = words or [task.environment.get("SHELL", "/bin/sh"), "-i"]
    try:
        running = task.become(words)
    except SystemCallFailed as failed:
        code = 127 if failed.name == "ENOENT" else 126
        return task.complain(f"failed to run command ‘{words[0]}’: {failed.strerror}", code)
    return (yield from running)


def _setpriv(task: Task) -> Running:
    options = read_options(
        task.arguments[1:],
        "",
        "",
        {
            "reuid=": "u",
            "regid=": "g",
            "ruid=": "u",
            "clear-groups": "c",
            "no-new-privs": "n",
            "init-groups": "c",
            "keep-groups": "k",
        },
        stop=True,
    )
    try:
        step = "set no_new_privs failed"
        if "n" in options:
            task.host.ask(SetNoNewPrivileges(task.pid))
        step = "setgroups failed"
        if "c" in options:
            task.host.set_groups(task.pid)
        step = "setresgid failed"
        if "g" in options:
            gid = gid_of(task, options.get("g"))
            if gid is None:
                return task.complain(f"failed to parse regid: '{options.get('g')}'", 127)
            task.host.ask(SetGids(task.pid, gid, gid, gid))
        step = "setresuid failed"
        if "u" in options:
            uid = uid_of(task, options.get("u"))
            if uid is None:
                return task.complain(f"failed to parse reuid: '{options.get('u')}'", 127)
            task.host.ask(SetUids(task.pid, uid, uid, uid))
    except SystemCallFailed as failed:
        return task.complain(f"{step}: {failed.strerror}", 127)
    return (yield from _execute(task, options.words))


def _lsns(task: Task) -> int:
    options = read_options(task.arguments[1:], "n", "tp")
    rows: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for row in seen(task):
        if "p" in options and str(row.pid) != options.get("p"):
            continue
        for kind in sorted(FLAG):
            if options.get("t", kind) != kind:
                continue
            try:
                text = task.host.readlink(task.pid, f"/proc/{row.pid}/ns/{kind}")
            except SystemCallFailed:
                continue
            rows.setdefault((kind, text.partition("[")[2].rstrip("]")), []).append((row.pid, row.arguments))
    if "n" not in options:
        task.say(f"{'NS':>10} {'TYPE':<6} {'NPROCS':>6} {'PID':>5} COMMAND")
    for (kind, number), members in sorted(rows.items(), key=lambda item: (int(item[0][1]), item[0][0])):
        task.say(f"{number:>10} {kind:<6} {len(members):>6} {members[0][0]:>5} {members[0][1]}")
    return 0


PROGRAMS: Mapping[str, Body] = {
    "chroot": _chroot,
    "lsns": plain(_lsns),
    "nsenter": _nsenter,
    "setpriv": _setpriv,
    "unshare": _unshare,
}
