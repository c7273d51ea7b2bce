"""Changing who one is and what one may do: setresuid, setresgid, setgroups, capset, prctl."""

from dataclasses import replace

from vlearn.sim.containers.answers import Done, Refusal
from vlearn.sim.containers.authority import capable, host_gid, host_uid, require, to_host
from vlearn.sim.containers.calls import Capset, DropBounding, SetGids, SetGroups, SetNoNewPrivileges, SetUids
from vlearn.sim.containers.capabilities import ALL, BIT
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.processes import Credentials, Process
from vlearn.sim.containers.references import put_process


def set_uids(kernel: Kernel, caller: Process, call: SetUids) -> Done:
    """setresuid(2): anything with CAP_SETUID, otherwise only among the three that one has."""
    own = caller.credentials
    old = (own.uid, own.euid, own.suid)
    new = [
        was if wanted == -1 else host_uid(kernel, caller, wanted)
        for was, wanted in zip(old, (call.real, call.effective, call.saved), strict=True)
    ]
    if not set(new) <= set(old):
        require(kernel, caller, own.user, "CAP_SETUID")
    changed = _after_uids(kernel, caller, replace(own, uid=new[0], euid=new[1], suid=new[2]))
    return _done(kernel, caller, changed, f"has uid {new[0]}, effective {new[1]}, saved {new[2]} (the host's numbers)")


def _after_uids(kernel: Kernel, caller: Process, new: Credentials) -> Credentials:
    """Who stops being root loses root's capabilities, who becomes it gets the permitted ones: capabilities(7)."""
    old, root = caller.credentials, to_host(kernel.user(caller).uid_map, 0)
    was, still = (root in (one.uid, one.euid, one.suid) for one in (old, new))
    if was and not still:
        new = replace(new, permitted=0, effective=0, ambient=0)
    if old.euid == root != new.euid:
        new = replace(new, effective=0)
    if old.euid != root == new.euid:
        new = replace(new, effective=new.permitted)
    return new


def set_gids(kernel: Kernel, caller: Process, call: SetGids) -> Done:
    """setresgid(2): anything with CAP_SETGID, otherwise only among the three that one has."""
    own = caller.credentials
    old = (own.gid, own.egid, own.sgid)
    new = [
        was if wanted == -1 else host_gid(kernel, caller, wanted)
        for was, wanted in zip(old, (call.real, call.effective, call.saved), strict=True)
    ]
    if not set(new) <= set(old):
        require(kernel, caller, own.user, "CAP_SETGID")
    changed = replace(own, gid=new[0], egid=new[1], sgid=new[2])
    return _done(kernel, caller, changed, f"has gid {new[0]}, effective {new[1]}, saved {new[2]} (the host's numbers)")


def set_groups(kernel: Kernel, caller: Process, call: SetGroups) -> Done:
    """setgroups(2), which a user namespace may deny: a group can be what keeps somebody out of a file."""
    user = kernel.user(caller)
    if not (user.gid_map and user.setgroups and capable(kernel, caller, user.number, "CAP_SETGID")):
        raise Refusal("EPERM", f"setgroups needs CAP_SETGID in {user}, a gid_map there, and that it is not denied")
    groups = tuple(host_gid(kernel, caller, group) for group in call.groups)
    return _done(kernel, caller, replace(caller.credentials, groups=groups), f"has the groups {groups}")


def capset(kernel: Kernel, caller: Process, call: Capset) -> Done:
    """capset(2): permitted capabilities can be given up, and effective ones be some of them."""
    own = caller.credentials
    for word in (call.effective, call.permitted, call.inheritable):
        if word & ~ALL:
            raise Refusal("EINVAL", f"{word:#x} has bits beyond {ALL:#x}")
    may_inherit = own.permitted | own.inheritable
    if capable(kernel, caller, own.user, "CAP_SETPCAP"):
        may_inherit |= own.bounding
    if call.permitted & ~own.permitted or call.effective & ~call.permitted or call.inheritable & ~may_inherit:
        raise Refusal("EPERM", f"process {caller.pid} may not have capabilities that it is not permitted")
    changed = replace(
        own,
        effective=call.effective,
        permitted=call.permitted,
        inheritable=call.inheritable,
        ambient=own.ambient & call.permitted & call.inheritable,
    )
    return _done(kernel, caller, changed, f"has the effective capabilities {call.effective:#x}")


def drop_bounding(kernel: Kernel, caller: Process, call: DropBounding) -> Done:
    """prctl(PR_CAPBSET_DROP)."""
    if call.capability not in BIT:
        raise Refusal("EINVAL", f"there is no capability {call.capability!r}")
    own = caller.credentials
    require(kernel, caller, own.user, "CAP_SETPCAP")
    changed = replace(own, bounding=own.bounding & ~BIT[call.capability])
    return _done(kernel, caller, changed, f"drops {call.capability} from its bounding set")


def set_no_new_privileges(kernel: Kernel, caller: Process, call: SetNoNewPrivileges) -> Done:
    """prctl(PR_SET_NO_NEW_PRIVS)."""
    return _done(kernel, caller, replace(caller.credentials, no_new_privileges=True), "gains no more privileges")


def _done(kernel: Kernel, caller: Process, credentials: Credentials, what: str) -> Done:
    after = put_process(kernel, replace(caller, credentials=credentials))
    return Done(after, f"process {caller.pid} ({caller.command}) {what}", None, (f"process[{caller.pid}]",))
