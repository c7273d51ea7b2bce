"""docker as a program of the machine's shell."""

from vlearn.sim.engine.actions import RestartDaemon
from vlearn.sim.engine.command_line.console import Console


def test_docker_takes_part_in_pipes_substitutions_and_loops() -> None:
    console = Console()
    console.type("for n in one two; do docker run -d --name $n alpine sleep 100; done")
    assert console.type("docker ps --format '{{.Names}}' | sort").out == "one\ntwo\n"
    assert console.type("docker rm -f $(docker ps -aq) | wc -l").out.strip() == "2"
    assert console.type("docker ps -q || echo none").out == ""


def test_the_two_streams_can_be_sent_to_different_places() -> None:
    console = Console()
    said = console.type("docker run --rm alpine echo hello 2> /dev/null")
    assert (said.out, said.err, said.code) == ("hello\n", "", 0)
    assert "Pulling from library/nginx" in console.type("docker run -d nginx > /dev/null").err


def test_a_dockerfile_can_come_from_a_here_document() -> None:
    said = Console().type("docker build -q -t x - <<'X'\nFROM alpine\nRUN echo hi > /hi\nX\ndocker run --rm x cat /hi")
    assert said.out.splitlines()[-1] == "hi"


def test_restarts_and_health_checks_happen_while_the_shell_sleeps() -> None:
    console = Console()
    console.type("docker run -d --name crash --restart on-failure:2 alpine sh -c 'sleep 1; exit 4'")
    console.type("sleep 20")
    assert console.type("docker inspect -f '{{.RestartCount}} {{.State.ExitCode}}' crash").out == "2 4\n"


def test_a_server_in_the_foreground_is_left_by_ctrl_c() -> None:
    said = Console().type("docker run nginx")
    assert said.text.endswith("^C\n")
    assert said.code == 0  # nginx ends by itself on SIGINT, and well


def test_a_bind_mount_is_the_directory_of_the_machine() -> None:
    console = Console()
    console.type("mkdir data; echo from the host > data/note")
    assert console.type("docker run --rm -v ./data:/data alpine cat /data/note").out == "from the host\n"
    console.type("docker run --rm -v $PWD/data:/data alpine sh -c 'echo back > /data/answer'")
    assert console.type("cat data/answer").out == "back\n"


def test_input_for_a_container_is_refused_by_name() -> None:
    said = Console().type("echo hi | docker run -i alpine cat")
    assert (said.err, said.code) == ("vlearn: docker run: standard input for a container is not modelled\n", 2)


def test_machines_with_the_same_seed_print_the_same() -> None:
    lines = "docker run -d alpine sleep 9; docker ps -a; docker inspect $(docker ps -q)"
    assert Console().type(lines) == Console().type(lines)


def test_two_compose_files_are_refused_rather_than_one_of_them_dropped() -> None:
    said = Console().type("docker compose -f a.yaml -f b.yaml up -d")
    assert (said.err, said.code) == ("vlearn: docker compose: merging several Compose files is not modelled\n", 2)


def test_what_exec_cannot_execute_is_its_output_and_its_exit_code_is_126_or_127() -> None:
    console = Console()
    console.type("docker run -d --name web nginx")
    for program, code in (("nosuch", 127), ("/etc/passwd", 126)):
        said = console.type(f"docker exec web {program}")
        assert said.out.startswith("OCI runtime exec failed: exec failed: unable to start container process: ")
        assert (said.err, said.code) == ("", code)


def test_a_daemon_that_starts_again_has_forgotten_its_events() -> None:
    console = Console()
    console.type("docker run -d --restart always alpine sleep 100; sleep 1")
    started = "docker events --since 0 --until 0s --filter event=start"
    before = console.type(started).out
    console.docker.call(RestartDaemon())
    after = console.type(started).out
    assert len(before.splitlines()) == len(after.splitlines()) == 1
    assert before != after
