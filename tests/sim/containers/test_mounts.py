"""Mounts, propagation, chroot, pivot_root."""

import pytest

from vlearn.errors import ModelError
from vlearn.sim.containers import Host, SystemCallFailed
from vlearn.sim.containers import calls as sys
from vlearn.sim.files.entries import filesystem_of


@pytest.fixture
def host():
    return Host.boot(shared=False)


def errno(host, call):
    return host.call(call).errno


def propagation(host, pid, path):
    return next(mount.propagation for mount, point in host.mounts(pid) if point == path)


def seen(host, pid, path):
    return path in [point for _, point in host.mounts(pid)]


# The table of Documentation/filesystems/sharedsubtree.rst: what a bind mount of A on B becomes.
BINDS = [
    ("SHARED", "SHARED", "shared"), ("SHARED", "PRIVATE", "shared"), ("SHARED", "SLAVE", "shared,slave"),
    ("SHARED", "UNBINDABLE", "EINVAL"), ("PRIVATE", "SHARED", "shared"), ("PRIVATE", "PRIVATE", "private"),
    ("PRIVATE", "SLAVE", "private,slave"), ("PRIVATE", "UNBINDABLE", "EINVAL"),
]  # fmt: skip


@pytest.mark.parametrize(("target", "source", "outcome"), BINDS)
def test_a_bind_mount_is_what_the_table_of_shared_subtrees_says(host, target, source, outcome):
    host.mount(1, "b", "/mnt", "tmpfs")
    host.mkdir(1, "/mnt/here")
    host.mount(1, "none", "/mnt", "", target)
    host.mount(1, "a", "/tmp", "tmpfs")
    if source == "SLAVE":
        host.mount(1, "none", "/tmp", "", "SHARED")
        host.mount(1, "/tmp", "/home", "", "BIND")
    host.mount(1, "none", "/tmp", "", source)
    answer = errno(host, sys.Mount(1, "/tmp", "/mnt/here", flags=("BIND",)))
    assert (answer or propagation(host, 1, "/mnt/here")) == outcome


def two_namespaces(host, kind):
    """A shared /mnt with the directories a and b, and a process in a copy of the mount namespace where it is `kind`."""
    host.mount(1, "t", "/mnt", "tmpfs")
    host.mount(1, "none", "/mnt", "", "SHARED")
    for name in ("a", "b"):
        host.mkdir(1, f"/mnt/{name}")
    child = host.clone(1, "CLONE_NEWNS")
    host.mount(child, "none", "/mnt", "", kind)
    return child


@pytest.mark.parametrize(("kind", "down", "up"), [("SHARED", 1, 1), ("SLAVE", 1, 0), ("PRIVATE", 0, 0)])
def test_mounts_and_unmounts_spread_as_far_as_the_type_says(host, kind, down, up):
    child = two_namespaces(host, kind)
    host.mount(1, "x", "/mnt/a", "tmpfs")
    host.mount(child, "y", "/mnt/b", "tmpfs")
    assert (seen(host, child, "/mnt/a"), seen(host, 1, "/mnt/b")) == (down, up)
    host.umount(1, "/mnt/a")
    host.umount(child, "/mnt/b")
    assert (seen(host, child, "/mnt/a"), seen(host, 1, "/mnt/b")) == (False, False)


def test_a_slave_that_is_shared_passes_on_what_it_hears(host):
    child = two_namespaces(host, "SLAVE")
    host.mount(child, "none", "/mnt", "", "SHARED")
    grandchild = host.clone(child, "CLONE_NEWNS")
    host.mount(1, "x", "/mnt/a", "tmpfs")
    host.mount(grandchild, "y", "/mnt/b", "tmpfs")
    assert propagation(host, grandchild, "/mnt/a") == "shared,slave"
    assert (seen(host, child, "/mnt/b"), seen(host, 1, "/mnt/b")) == (True, False)


def test_what_spreads_slips_under_what_is_mounted_there_already(host):
    child = two_namespaces(host, "SLAVE")
    host.mount(child, "mine", "/mnt/a", "tmpfs")
    host.write_file(child, "/mnt/a/mine", "")
    host.mount(1, "theirs", "/mnt/a", "tmpfs")
    assert host.list(child, "/mnt/a") == ("mine",)
    host.umount(1, "/mnt/a")
    assert host.list(child, "/mnt/a") == ("mine",)


def test_a_slave_without_its_master_s_last_peer_is_private(host):
    child = two_namespaces(host, "SLAVE")
    host.umount(1, "/mnt", detach=True)
    assert not seen(host, 1, "/mnt")
    assert propagation(host, child, "/mnt") == "private"


def test_unshare_copies_the_tree_and_what_happens_then_stays_inside(host):
    child = host.clone(1, "CLONE_NEWNS")
    host.mount(child, "t", "/mnt", "tmpfs")
    assert (seen(host, child, "/mnt"), seen(host, 1, "/mnt")) == (True, False)


def test_bind_shows_one_mount_and_rbind_all_below_but_unbindable_ones(host):
    host.mount(1, "t", "/mnt", "tmpfs")
    for name in ("a", "b"):
        host.mkdir(1, f"/mnt/{name}")
        host.mount(1, name, f"/mnt/{name}", "tmpfs")
    host.mount(1, "none", "/mnt/b", "", "UNBINDABLE")
    host.mount(1, "/mnt", "/tmp", "", "BIND")
    assert not seen(host, 1, "/tmp/a")
    host.mount(1, "/mnt", "/home", "", "BIND", "REC")
    assert (seen(host, 1, "/home/a"), seen(host, 1, "/home/b")) == (True, False)


def test_a_file_can_be_mounted_on_a_file_alone(host):
    host.write_file(1, "/tmp/hosts", "x")
    host.mount(1, "/tmp/hosts", "/etc/hostname", "", "BIND")
    assert host.read_file(1, "/etc/hostname") == b"x"
    assert errno(host, sys.Mount(1, "/tmp/hosts", "/mnt", flags=("BIND",))) == "ENOTDIR"


def test_a_mount_is_busy_while_somebody_uses_it(host):
    host.mount(1, "t", "/mnt", "tmpfs")
    child = host.fork(1)
    host.chdir(child, "/mnt")
    assert errno(host, sys.Umount(1, "/mnt")) == "EBUSY"
    host.chdir(child, "/")
    host.write_file(1, "/mnt/f", "still here")
    opened = host.open(child, "/mnt/f")
    assert errno(host, sys.Umount(1, "/mnt")) == "EBUSY"
    host.umount(1, "/mnt", detach=True)
    assert not seen(host, 1, "/mnt")
    assert host.ask(sys.Read(child, opened)) == b"still here"
    before = len(host.kernel.mounts)
    host.close(child, opened)
    assert len(host.kernel.mounts) == before - 1


MOUNT_ERRORS = [
    (sys.Mount(1, "t", "/no/where", "tmpfs"), "ENOENT"),
    (sys.Mount(1, "t", "/etc/hostname", "tmpfs"), "ENOTDIR"),
    (sys.Mount(1, "t", "/mnt", "nofs"), "ENODEV"),
    (sys.Mount(1, "t", "/mnt", "tmpfs", data="size=much"), "EINVAL"),
    (sys.Mount(1, "/tmp", "/mnt", flags=("MOVE",)), "EINVAL"),
    (sys.Mount(1, "none", "/mnt", flags=("SHARED",)), "EINVAL"),
    (sys.Mount(1, "none", "/mnt", flags=("REMOUNT", "RDONLY")), "EINVAL"),
    (sys.Umount(1, "/mnt"), "EINVAL"),
    (sys.Umount(1, "/"), "EBUSY"),
    (sys.Umount(1, "/sys"), "EBUSY"),
    (sys.PivotRoot(1, "/mnt", "/mnt"), "EBUSY"),
    (sys.PivotRoot(1, "/proc", "/proc"), ""),
    (sys.PivotRoot(1, "/proc", "/sys"), "EINVAL"),
    (sys.Rmdir(1, "/proc"), "EBUSY"),
]


@pytest.mark.parametrize(("call", "expected"), MOUNT_ERRORS)
def test_what_cannot_be_mounted_gives_the_kernel_s_errno(host, call, expected):
    assert errno(host, call) == expected


def test_a_remount_read_only_of_a_bind_leaves_the_other_path_writable(host):
    host.mount(1, "/tmp", "/mnt", "", "BIND")
    host.mount(1, "none", "/mnt", "", "REMOUNT", "BIND", "RDONLY")
    with pytest.raises(SystemCallFailed, match="EROFS"):
        host.write_file(1, "/mnt/f", "")
    host.write_file(1, "/tmp/f", "")
    assert host.list(1, "/mnt") == ("f",)


def test_a_write_to_a_full_tmpfs_writes_what_fits(host):
    host.mount(1, "t", "/mnt", "tmpfs", data="size=64k")
    descriptor = host.open(1, "/mnt/x", "WRONLY", "CREAT")
    assert host.ask(sys.Write(1, descriptor, bytes(100_000))) == 65_536
    assert errno(host, sys.Write(1, descriptor, b"x")) == "ENOSPC"


def test_an_overlay_writes_to_its_upper_directory(host):
    for name in ("low", "up", "work", "all"):
        host.mkdir(1, f"/tmp/{name}")
    host.write_file(1, "/tmp/low/a", "lower")
    host.mount(1, "overlay", "/tmp/all", "overlay", data="lowerdir=/tmp/low,upperdir=/tmp/up,workdir=/tmp/work")
    host.write_file(1, "/tmp/all/a", "changed")
    host.write_file(1, "/tmp/all/b", "new")
    assert (host.read_file(1, "/tmp/low/a"), host.read_file(1, "/tmp/up/a")) == (b"lower", b"changed")
    assert host.list(1, "/tmp/up") == ("a", "b")
    host.unlink(1, "/tmp/all/a")
    assert host.stat(1, "/tmp/up/a").kind == "char"
    assert errno(host, sys.Mount(1, "o", "/mnt", "overlay", data="upperdir=/tmp/up")) == "EINVAL"


def test_a_file_system_that_is_a_value_can_be_mounted_and_read_back(host):
    number = host.mount_files(
        1, filesystem_of([{"path": "bin/sh", "type": "file", "mode": 0o755}]), "/mnt", type="tmpfs"
    )
    assert host.which(1, "/mnt/bin/sh") == "/mnt/bin/sh"
    host.write_file(1, "/mnt/new", "x")
    assert host.files(number).entries(()) == ("bin", "new")
    with pytest.raises(SystemCallFailed, match="ENOENT"):
        host.mount_files(1, host.files(number), "/no/where")
    host.umount(1, "/mnt")
    with pytest.raises(ModelError, match="no superblock"):
        host.files(number)


def test_pivot_root_changes_the_root_of_everybody_in_the_namespace(host):
    child = host.clone(1, "CLONE_NEWNS")
    other = host.fork(child)
    host.mount(child, "t", "/mnt", "tmpfs")
    host.mkdir(child, "/mnt/old")
    host.pivot_root(child, "/mnt", "/mnt/old")
    assert host.list(child, "/") == host.list(other, "/") == ("old",)
    assert "etc" in host.list(child, "/old")
    host.umount(child, "/old", detach=True)
    assert host.list(child, "/old") == ()
    assert "etc" in host.list(1, "/")


def test_pivot_root_onto_itself_stacks_the_old_root_where_one_unmount_takes_it_off(host):
    child = host.clone(1, "CLONE_NEWNS")
    host.mount(child, "t", "/mnt", "tmpfs")
    host.chdir(child, "/mnt")
    host.pivot_root(child, ".", ".")
    host.umount(child, ".", detach=True)
    assert host.list(child, "/") == ()


def test_pivot_root_refuses_shared_mounts_and_a_root_after_chroot():
    host = Host.boot(shared=True)
    child = host.clone(1, "CLONE_NEWNS")
    host.mount(child, "t", "/mnt", "tmpfs")
    assert errno(host, sys.PivotRoot(child, "/mnt", "/mnt")) == "EINVAL"
    host.mount(child, "none", "/", "", "REC", "PRIVATE")
    jailed = host.fork(child)
    host.chroot(jailed, "/usr")
    assert errno(host, sys.PivotRoot(jailed, "/bin", "/bin")) == "EBUSY"
    assert errno(host, sys.PivotRoot(child, "/mnt", "/mnt")) == ""


def test_chroot_leaves_the_working_directory_outside(host):
    child = host.fork(1)
    host.chdir(child, "/tmp")
    host.chroot(child, "/usr")
    assert host.ask(sys.Getcwd(child)) == "(unreachable)/tmp"
    assert host.list(child, "/") == ("bin",)
    assert host.list(child, "/..") == ("bin",)
    assert "etc" in host.list(child, "..")


def test_chroot_needs_a_capability(host):
    child = host.fork(1)
    host.set_uids(child, 1000)
    assert errno(host, sys.Chroot(child, "/usr")) == "EPERM"


def test_a_bind_of_a_namespace_s_file_keeps_it_alive_without_processes(host):
    host.write_file(1, "/run/netns/blue", "")
    child = host.clone(1, "CLONE_NEWNET")
    number = host.process(child).namespaces.net
    host.mount(1, f"/proc/{child}/ns/net", "/run/netns/blue", "", "BIND")
    host.exit(child)
    host.wait(1)
    assert number in host.kernel.namespaces
    tool = host.fork(1)
    host.enter(tool, "/run/netns/blue", "CLONE_NEWNET")
    assert host.process(tool).namespaces.net == number
    host.exit(tool)
    host.umount(1, "/run/netns/blue")
    assert number not in host.kernel.namespaces


def test_a_renamed_directory_takes_its_mounts_and_visitors_along(host):
    host.mkdir(1, "/tmp/a")
    host.mkdir(1, "/tmp/a/m")
    host.mount(1, "t", "/tmp/a/m", "tmpfs")
    child = host.fork(1)
    host.chdir(child, "/tmp/a")
    host.rename(1, "/tmp/a", "/tmp/b")
    assert host.ask(sys.Getcwd(child)) == "/tmp/b"
    assert seen(host, 1, "/tmp/b/m")
    assert errno(host, sys.Rename(1, "/tmp/b/m", "/tmp/c")) == "EBUSY"


def test_magic_links_lead_where_names_do_not(host):
    child = host.fork(1)
    host.chroot(child, "/usr")
    assert host.list(1, f"/proc/{child}/root/bin") == host.list(1, "/usr/bin")
    loop = [sys.Symlink(1, "/tmp/two", "/tmp/one"), sys.Symlink(1, "/tmp/one", "/tmp/two"), sys.Chdir(1, "/tmp/one")]
    assert [errno(host, call) for call in loop] == ["", "", "ELOOP"]
