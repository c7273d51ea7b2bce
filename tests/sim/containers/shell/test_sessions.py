"""Sessions: what the shell and its programs do with processes, time, namespaces, limits and ports."""

from ipaddress import IPv4Address

import pytest

from tests.sim.containers.shell.machines import ROOT, machine, modelled
from vlearn.errors import ModelError
from vlearn.sim.containers import Host, SystemCallFailed
from vlearn.sim.containers.shell import Bounds, Shell, Userspace, entries, execute, program, run
from vlearn.sim.containers.shell.programs import PROGRAMS
from vlearn.sim.files import filesystem_of

PRINTS = [
    ("(sleep 2; echo late) & sleep 1; echo early; wait", "early\nlate\n"),
    ("sleep 1 & sleep 3; date +%s", "1700000003\n"),
    ("i=0; (sleep .1; touch f) & while [ ! -e f ]; do i=$((i+1)); done; [ $i -gt 50 ] && echo saw", "saw\n"),
    ("cp /bin/ls x; mkdir d; touch d/y; ./x d; rm /bin/ls; ls 2>/dev/null || echo $?", "y\n127\n"),
    ("mkdir r; chroot r /bin/sh 2>/dev/null; echo $?", "127\n"),
    ("mkdir -p r/bin; cp /bin/dash r/bin/sh; cp /bin/cat r/bin; echo in > r/f; chroot r sh -c 'cat /f'", "in\n"),
    ("printf '#!/bin/sh\\nexit 4\\n' > s; chmod +x s; ./s; echo $?", "4\n"),
    ("bash -c 'kill -9 $$'; echo $?", "137\n"),
    ("unshare -pf --mount-proc bash -c 'sleep 9 & ps -e -o pid=,comm='", "      1 bash\n      2 sleep\n      3 ps\n"),
    ("unshare -pf sh -c 'kill -TERM $$; echo spared'", "spared\n"),
    ("yes | head -2; echo ${PIPESTATUS-unset}", "y\ny\nunset\n"),
    ("cd /sys/fs/cgroup; echo +pids > cgroup.subtree_control; mkdir a; echo 2 > a/pids.max; "
     "sh -c 'echo $$ > a/cgroup.procs; "
     "sleep 1 & sleep 1; echo $?' 2>&1", "sh: 1: Cannot fork\n"),
    ("cd /sys/fs/cgroup; echo +memory > cgroup.subtree_control; mkdir m; echo 8M > m/memory.max; "
     "sh -c 'echo $$ > m/cgroup.procs; "
     "exec eat-memory 64M'; echo $?", "137\n"),
    ("timeout 2 sleep 10; echo $?; date +%s", "124\n1700000002\n"),
    ("timeout 5 sh -c 'trap \"echo term; exit 9\" TERM; sleep 60 & wait'; echo $?", "term\n124\n"),
    ("sleep 50 & kill -STOP $!; kill -CONT $!; kill $!; wait $!; echo $?", "143\n"),
    ("ip netns add n; ip netns exec n ip -br link | cut -d' ' -f1; ip netns del n; ls /run/netns | wc -l", "lo\n0\n"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "output"), PRINTS)
def test_a_line_prints_what_the_kernel_makes_of_it(line: str, output: str) -> None:
    assert modelled(line).output == output


REFUSED = [
    ("ls --color", "vlearn: ls: the option --color is not modelled\n"),
    ("[[ a = a ]]", "vlearn: bash: line 1, column 1: [[ is not supported\n"),
    ("echo a; cat <<< b", "vlearn: bash: line 1, column 13: a here-string (<<<) is not supported\n"),
    ("a=(1 2)", "vlearn: bash: line 1, column 3: an array is not supported\n"),
    ("python3 -c 'print(1)'", "vlearn: python3: Python itself: only `python3 -m http.server [PORT]` is not modelled\n"),
]


@pytest.mark.parametrize(("line", "errors"), REFUSED)
def test_what_is_left_out_is_refused_by_name_and_place(line: str, errors: str) -> None:
    said = modelled(line)
    assert (said.errors, said.code) == (errors, 2)
    assert len(said.unsupported) == 1


ENDLESS = [
    ("while :; do :; done", "stopped after 2000 turns"),
    ("f() { f; }; f", None),
    ("trap '' INT; sleep infinity", "stopped after 3600 seconds"),
    ("unshare -pf sh -c 'while :; do sleep 1000; done'", "stopped after 3600 seconds"),
    ("nc -l 80", "nobody is left who could go on"),
]


@pytest.mark.parametrize(("line", "why"), ENDLESS)
def test_what_never_ends_is_interrupted_at_a_bound(line: str, why: str | None) -> None:
    host = machine()
    said = run(host, 1, line, bounds=Bounds(2000, 3600))
    if why is None:
        assert (said.code, "nesting level" in said.errors) == (2, True)
    else:
        assert (said.code, why in said.errors) == (130, True)
    assert not [pid for pid in host.kernel.processes if pid != 1]


def test_a_shell_keeps_directory_variables_and_jobs_between_lines() -> None:
    host = machine()
    shell = Shell(host, host.spawn(1, "bash"))
    assert shell.run("cd /tmp; x=5; sleep 2 & touch here").code == 0
    assert shell.run("pwd; echo $x; ls; wait $!; echo $?").output == "/tmp\n5\nhere\n0\n"
    assert shell.run("exit 3").code == 3
    with pytest.raises(ModelError, match="has ended"):
        shell.run("echo no")


def test_an_interrupted_line_leaves_the_shell_alive() -> None:
    host = machine()
    shell = Shell(host, host.spawn(1, "bash"), bounds=Bounds(500))
    assert shell.run("while :; do :; done").code == 130
    assert shell.run("echo on").output == "on\n"


def test_a_program_that_runs_on_is_stopped_by_its_own_handler() -> None:
    host = machine()
    pid, space = host.fork(1), Userspace.of(host)
    task = execute(host, pid, ["sh", "-c", "trap 'echo bye; exit 7' TERM; while :; do echo tick; sleep 1; done"])
    space.advance(2.5)
    host.kill(1, pid)
    space.advance(1)
    assert task.terminal.text() == "tick\ntick\ntick\nbye\n"
    assert host.process(pid).ended is not None
    assert host.wait(1, pid)[1].shell == 7  # type: ignore[index]


def test_what_is_printed_has_its_time() -> None:
    host = machine()
    task = execute(host, host.fork(1), ["sh", "-c", "echo a; sleep 2; echo b >&2"])
    Userspace.of(host).advance(5)
    assert [(said.time, said.descriptor, said.content) for said in task.terminal.log] == [
        (0, 1, b"a\n"),
        (2, 2, b"b\n"),
    ]


def test_execute_fails_as_execve_does() -> None:
    host = machine()
    host.write_file(1, "/tmp/text", "no program")
    host.chmod(1, "/tmp/text", 0o755)
    faults = {"nope": "ENOENT", "/tmp": "EACCES", "/etc/passwd": "EACCES", "/tmp/text": "ENOEXEC"}
    for name, errno in faults.items():
        with pytest.raises(SystemCallFailed) as failed:
            execute(host, host.fork(1), [name])
        assert failed.value.name == errno


def test_a_server_answers_by_name_and_its_port_is_taken() -> None:
    host = machine()
    space = Userspace.of(host)
    task = execute(host, host.fork(1), ["httpd", "-f", "-p", "8080", "-h", "/etc"])
    space.settle()
    space.resolvers[host.process(1).namespaces.net] = {"web": IPv4Address("127.0.0.1")}.get
    assert run(host, 1, "wget -qO- http://web:8080/hostname").output == "host\n"
    assert run(host, 1, "wget -qO- http://nope/").errors == "wget: bad address 'nope'\n"
    assert run(host, 1, "httpd -f -p 8080").errors == "httpd: bind: Address already in use\n"
    assert task.terminal.text() == "GET /hostname 200\n"
    host.kill(1, task.pid)
    assert run(host, 1, "curl -s http://web:8080/").code == 7


def test_nginx_in_the_background_takes_its_container_with_it() -> None:
    host = machine()
    first = host.clone(1, "CLONE_NEWPID")
    execute(host, first, ["nginx"])
    Userspace.of(host).settle()
    assert host.process(first).ended is not None
    assert len(host.kernel.processes) == 2  # init, and the zombie that nobody has waited for


def test_a_line_is_a_trace_of_the_kernel() -> None:
    host = Host.boot(ROOT)
    trace = Shell(host, host.spawn(1, "bash")).trace("unshare -u hostname box")
    wanted = ("fork", "execve", "namespace-made", "unshare", "execve", "sethostname", "namespace-gone", "exit", "wait")
    assert trace.kinds == wanted


def test_the_small_machine_of_the_kernel_runs_its_programs_too() -> None:
    assert run(Host.boot(), 1, "echo $(hostname); ls /home | cat").output == "host\nuser\n"


def test_images_have_the_programs_that_they_are_given() -> None:
    host = Host.boot(filesystem_of([*entries(("bash", "ls")), program("cat", "opt/dog")]))
    assert run(host, 1, "ls /usr/bin; echo x | /opt/dog; cat").output == "bash\nls\nx\n"
    assert set(PROGRAMS) >= {"ls", "cat", "nginx", "redis-server", "stress", "nsenter", "ip", "ping"}


ODD = ("", "-", "--", "-n", "-n abc", "abc", "-c x y", "--no-such-option", "/ /", "-1 -2 -3", "a=b", "'' ''", "-p")


@pytest.mark.parametrize("name", sorted(set(PROGRAMS) - {"yes"}))
def test_no_program_breaks_on_odd_words(name: str) -> None:
    host = machine()
    for words in ODD:
        said = run(host, 1, f"{name} {words}", cwd="/work", bounds=Bounds(200, 5))
        assert 0 <= said.code <= 255


def test_programs_write_to_devices_as_redirections_do() -> None:
    said = run(machine(), 1, "echo a | tee /dev/null; cp /etc/hostname /dev/null; echo $?; echo b > /dev/full; echo $?")
    assert said.output == "a\n0\n1\n"
    assert "No space left on device" in said.errors
