"""User namespaces: maps, capabilities, limits."""

import pytest

from vlearn.sim.containers import Host
from vlearn.sim.containers import calls as sys
from vlearn.sim.containers.capabilities import ALL, BIT


@pytest.fixture
def host():
    return Host.boot()


@pytest.fixture
def user(host):
    return ordinary(host)


def ordinary(host, uid=1000):
    pid = host.fork(1)
    host.set_groups(pid)
    host.set_gids(pid, uid)
    host.set_uids(pid, uid)
    return pid


def written(host, writer, path, text):
    descriptor = host.open(writer, path, "WRONLY")
    try:
        return host.call(sys.Write(writer, descriptor, text.encode())).errno
    finally:
        host.close(writer, descriptor)


MAPS = [
    ("0 1000 1", ""),
    ("5 1000 1", ""),
    ("0 0 1", "EPERM"),
    ("0 1000 2", "EPERM"),
    ("0 1000 1\n1 1001 1", "EPERM"),
    ("0 1000", "EINVAL"),
    ("0 1000 0", "EINVAL"),
    ("a 1000 1", "EINVAL"),
    ("", "EINVAL"),
    ("0 1000 1\n0 1001 1", "EINVAL"),
    ("0 1000 4294967295", "EINVAL"),
    ("0 1000 1" + " " * 4096, "EINVAL"),
]


@pytest.mark.parametrize(("text", "errno"), MAPS)
def test_without_privileges_one_maps_ones_own_uid_alone(host, user, text, errno):
    host.unshare(user, "CLONE_NEWUSER")
    assert written(host, user, "/proc/self/uid_map", text) == errno


def test_root_of_the_namespace_around_may_map_anything_that_it_has(host):
    child = host.fork(1)
    host.unshare(child, "CLONE_NEWUSER")
    assert written(host, 1, f"/proc/{child}/uid_map", "0 100000 65536") == ""
    assert written(host, 1, f"/proc/{child}/gid_map", "0 100000 65536") == ""
    host.set_gids(child, 0)
    host.set_uids(child, 0)
    inner = host.fork(child)
    host.unshare(inner, "CLONE_NEWUSER")
    assert written(host, child, f"/proc/{inner}/uid_map", "0 60000 10000") == "EPERM"
    assert written(host, child, f"/proc/{inner}/uid_map", "0 1000 100") == ""
    assert host.read_file(1, f"/proc/{inner}/uid_map").split() == [b"0", b"101000", b"100"]
    assert host.read_file(child, f"/proc/{inner}/uid_map").split() == [b"0", b"1000", b"100"]
    assert host.read_file(inner, "/proc/self/uid_map").split() == [b"0", b"1000", b"100"]


def test_a_map_is_written_once(host, user):
    host.unshare(user, "CLONE_NEWUSER")
    assert written(host, user, "/proc/self/uid_map", "0 1000 1") == ""
    assert written(host, user, "/proc/self/uid_map", "0 1000 1") == "EPERM"


def test_the_first_user_namespace_has_a_map_of_everything_that_nobody_changes(host):
    assert host.read_file(1, "/proc/self/uid_map") == b"         0          0 4294967295\n"
    assert written(host, 1, "/proc/self/uid_map", "0 0 1") == "EPERM"


def test_gid_map_needs_setgroups_denied_first(host, user):
    host.unshare(user, "CLONE_NEWUSER")
    assert written(host, user, "/proc/self/gid_map", "0 1000 1") == "EPERM"
    assert written(host, user, "/proc/self/setgroups", "deny") == ""
    assert written(host, user, "/proc/self/gid_map", "0 1000 1") == ""
    assert host.call(sys.SetGroups(user, ())).errno == "EPERM"
    assert written(host, user, "/proc/self/setgroups", "allow") == "EPERM"


def test_who_is_not_mapped_is_nobody_and_owns_files_of_nobody(host, user):
    host.unshare(user, "CLONE_NEWUSER")
    assert b"Uid:\t65534\t65534\t65534\t65534\n" in host.read_file(user, "/proc/self/status")
    written(host, user, "/proc/self/uid_map", "0 1000 1")
    assert b"Uid:\t0\t0\t0\t0\n" in host.read_file(user, "/proc/self/status")
    assert host.stat(user, "/etc").uid == 65534
    assert host.stat(user, "/home/user").uid == 0


def test_user_namespaces_nest_33_deep(host):
    pid = host.fork(1)
    for _ in range(33):
        host.unshare(pid, "CLONE_NEWUSER")
        host.write_file(pid, "/proc/self/setgroups", "deny")
        host.write_file(pid, "/proc/self/uid_map", "0 0 1")
        host.write_file(pid, "/proc/self/gid_map", "0 0 1")
    assert host.call(sys.Unshare(pid, ("CLONE_NEWUSER",))).errno == "ENOSPC"


def test_a_limit_counts_what_its_user_made_and_forgets_what_is_gone(host):
    host.write_file(1, "/proc/sys/user/max_uts_namespaces", "2")
    first, second, third = host.fork(1), host.fork(1), host.fork(1)
    host.unshare(first, "CLONE_NEWUTS")
    host.unshare(second, "CLONE_NEWUTS")
    assert host.call(sys.Unshare(third, ("CLONE_NEWUTS",))).errno == "ENOSPC"
    host.exit(first)
    assert host.call(sys.Unshare(third, ("CLONE_NEWUTS",))).errno == ""


def test_the_limit_of_a_namespace_around_holds_within_it(host, user):
    host.write_file(1, "/proc/sys/user/max_uts_namespaces", "0")
    host.unshare(user, "CLONE_NEWUSER")
    assert host.call(sys.Unshare(user, ("CLONE_NEWUTS",))).errno == "ENOSPC"


def test_a_new_user_namespace_gives_all_capabilities_in_it_and_none_outside(host, user):
    assert host.process(user).credentials.effective == 0
    assert host.call(sys.Unshare(user, ("CLONE_NEWUTS",))).errno == "EPERM"
    host.unshare(user, "CLONE_NEWUSER", "CLONE_NEWUTS")
    assert host.process(user).credentials.effective == ALL
    assert host.call(sys.SetHostname(user, "mine")).errno == ""
    assert host.call(sys.ClockSettime(user, 0)).errno == "EPERM"
    assert host.call(sys.Kill(user, 1, "SIGTERM")).errno == "EPERM"


def test_exec_takes_the_capabilities_from_who_is_not_mapped_to_root(host, user):
    host.unshare(user, "CLONE_NEWUSER")
    host.exec(user, "bash")
    assert host.process(user).credentials.effective == 0
    mapped = ordinary(host)
    host.unshare(mapped, "CLONE_NEWUSER")
    host.write_file(mapped, "/proc/self/uid_map", "0 1000 1")
    host.exec(mapped, "bash")
    assert host.process(mapped).credentials.effective == ALL


def test_the_owner_of_a_user_namespace_has_every_capability_in_it(host, user):
    child = host.fork(user)
    host.unshare(child, "CLONE_NEWUSER", "CLONE_NEWUTS")
    host.enter(user, f"/proc/{child}/ns/user")
    assert host.call(sys.Setns(user, host.open(user, f"/proc/{child}/ns/uts"))).errno == ""


def test_a_process_does_not_enter_its_own_user_namespace_anew(host, user):
    host.unshare(user, "CLONE_NEWUSER")
    assert host.call(sys.Setns(user, host.open(user, "/proc/self/ns/user"))).errno == "EINVAL"


def test_under_chroot_there_is_no_new_user_namespace(host):
    child = host.fork(1)
    host.chroot(child, "/usr")
    assert host.call(sys.Unshare(child, ("CLONE_NEWUSER",))).errno == "EPERM"


def test_the_root_is_locked_to_its_place_for_a_less_privileged_namespace(host, user):
    """As Linux 6.18 answers: EINVAL, where root of the host gets EBUSY."""
    assert host.call(sys.PivotRoot(user, "/nowhere", "/nowhere")).errno == "EPERM"
    host.unshare(user, "CLONE_NEWUSER", "CLONE_NEWNS")
    for call in (sys.PivotRoot(user, "/mnt", "/mnt"), sys.Umount(user, "/"), sys.Umount(user, "/", detach=True)):
        assert host.call(call).errno == "EINVAL"
    host.mount(user, "/mnt", "/mnt", "", "BIND")
    host.pivot_root(user, "/mnt", "/mnt")


def test_mounts_of_a_more_privileged_namespace_are_locked(host, user):
    host.mount(1, "none", "/mnt", "tmpfs", "RDONLY")
    host.unshare(user, "CLONE_NEWUSER", "CLONE_NEWNS")
    assert host.call(sys.Umount(user, "/mnt")).errno == "EINVAL"
    assert host.call(sys.Mount(user, "", "/mnt", flags=("REMOUNT", "BIND"))).errno == "EPERM"
    assert host.call(sys.Mount(user, "/", "/tmp", flags=("BIND",))).errno == "EINVAL"
    assert host.call(sys.Mount(user, "t", "/tmp", "tmpfs")).errno == ""
    assert host.call(sys.Umount(user, "/tmp")).errno == ""


def test_who_stops_being_root_loses_its_capabilities(host):
    child = host.fork(1)
    host.ask(sys.SetUids(child, -1, 1000, -1))
    assert (host.process(child).credentials.effective, host.process(child).credentials.permitted) == (0, ALL)
    host.ask(sys.SetUids(child, 1000, 1000, 1000))
    assert host.process(child).credentials.permitted == 0
    assert host.call(sys.SetUids(child, 0, 0, 0)).errno == "EPERM"


def test_a_bounding_set_bounds_what_root_gets_at_exec(host):
    child = host.fork(1)
    host.ask(sys.DropBounding(child, "CAP_SYS_ADMIN"))
    host.exec(child, "bash")
    assert host.process(child).credentials.effective == ALL & ~BIT["CAP_SYS_ADMIN"]
    assert host.call(sys.Unshare(child, ("CLONE_NEWUTS",))).errno == "EPERM"


def test_a_set_uid_program_of_root_makes_root_unless_privileges_are_frozen(host, user):
    host.chmod(1, "/usr/bin/mount", 0o4755)
    frozen = host.fork(user)
    host.ask(sys.SetNoNewPrivileges(frozen))
    host.exec(frozen, "mount")
    host.exec(user, "mount")
    assert host.process(frozen).credentials.euid == 1000
    assert (host.process(user).credentials.euid, host.process(user).credentials.effective) == (0, ALL)


def test_chown_to_an_id_without_a_name_is_einval(host, user):
    host.unshare(user, "CLONE_NEWUSER")
    host.write_file(user, "/proc/self/uid_map", "0 1000 1")
    host.write_file(user, "/home/user/f", "")
    assert host.call(sys.Chown(user, "/home/user/f", 5)).errno == "EINVAL"
    assert host.call(sys.Chown(user, "/etc/hostname", 0)).errno == "EPERM"
