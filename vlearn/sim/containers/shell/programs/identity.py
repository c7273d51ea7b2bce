"""Who one is: id, whoami, groups, su-like `setuidgid`."""

from collections.abc import Mapping

from vlearn.sim.containers.authority import shown
from vlearn.sim.containers.shell.names import group_name, uid_of, user_name
from vlearn.sim.containers.shell.programs.options import plain, read_options
from vlearn.sim.containers.shell.task import Body, Task


def numbers(task: Task) -> tuple[int, int, tuple[int, ...]]:
    """Effective uid, gid and supplementary groups, as the process's own user namespace names them."""
    own, user = task.process.credentials, task.host.kernel.user(task.process)
    groups = tuple(shown(user.gid_map, gid) for gid in own.groups)
    return shown(user.uid_map, own.euid), shown(user.gid_map, own.egid), groups


def _id(task: Task) -> int:
    options = read_options(task.arguments[1:], "ugGn")
    uid, gid, groups = numbers(task)
    if options.words:
        found = uid_of(task, options.words[0])
        if found is None:
            return task.complain(f"‘{options.words[0]}’: no such user")
        uid, gid, groups = found, found, ()
    every = list(dict.fromkeys((gid, *groups)))
    if "u" in options:
        task.say(user_name(task, uid) or str(uid) if "n" in options else str(uid))
    elif "g" in options:
        task.say(group_name(task, gid) or str(gid) if "n" in options else str(gid))
    elif "G" in options:
        task.say(" ".join(group_name(task, one) or str(one) if "n" in options else str(one) for one in every))
    else:
        name, group = user_name(task, uid), group_name(task, gid)
        both = [_both(one, group_name(task, one)) for one in every]
        task.say(f"uid={_both(uid, name)} gid={_both(gid, group)} groups={','.join(both)}")
    return 0


def _both(number: int, name: str | None) -> str:
    return f"{number}({name})" if name else str(number)


def _whoami(task: Task) -> int:
    uid = numbers(task)[0]
    name = user_name(task, uid)
    if name is None:
        return task.complain(f"cannot find name for user ID {uid}")
    task.say(name)
    return 0


def _groups(task: Task) -> int:
    _, gid, groups = numbers(task)
    task.say(" ".join(group_name(task, one) or str(one) for one in dict.fromkeys((gid, *groups))))
    return 0


PROGRAMS: Mapping[str, Body] = {"groups": plain(_groups), "id": plain(_id), "whoami": plain(_whoami)}
