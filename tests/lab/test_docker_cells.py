"""lab.docker: a docker host in a notebook."""

from pathlib import Path

import pytest

from vlearn.errors import LabError
from vlearn.lab import docker_cells
from vlearn.lab.docker_cells import DockerTerminal, load_ipython_extension


class Shell:
    """What IPython offers to an extension."""

    def __init__(self) -> None:
        self.magics: dict = {}

    def register_magic_function(self, function, kind: str, name: str) -> None:
        self.magics[name] = (kind, function)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> DockerTerminal:
    found = DockerTerminal()
    monkeypatch.setattr(docker_cells, "docker", found)
    return found


def test_a_command_prints_as_a_terminal_does(terminal: DockerTerminal, capsys: pytest.CaptureFixture) -> None:
    terminal("run --rm alpine echo hello")
    printed = capsys.readouterr()
    assert printed.out.endswith("hello\n")
    assert printed.err == ""


def test_a_failure_is_shown_on_standard_error_with_its_code(
    terminal: DockerTerminal, capsys: pytest.CaptureFixture
) -> None:
    terminal("docker rm nobody")
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "Error response from daemon: No such container: nobody\n[exit code 1]\n")


def test_the_magics_type_into_the_same_terminal(terminal: DockerTerminal, capsys: pytest.CaptureFixture) -> None:
    shell = Shell()
    load_ipython_extension(shell)
    assert {name: kind for name, (kind, _) in shell.magics.items()} == {"docker": "line_cell", "docker_file": "cell"}
    shell.magics["docker_file"][1]("app/Dockerfile", 'FROM alpine\nCMD ["echo", "from a cell"]\n')
    shell.magics["docker"][1]("build -q -t x app")
    shell.magics["docker"][1]("", "docker run --rm x | tr a-z A-Z\npwd\n")
    assert capsys.readouterr().out.endswith("FROM A CELL\n/root\n")


@pytest.mark.parametrize(("magic", "line"), [("docker", "ps"), ("docker_file", "")])
def test_a_magic_says_how_it_is_meant(terminal: DockerTerminal, magic: str, line: str) -> None:
    shell = Shell()
    load_ipython_extension(shell)
    with pytest.raises(LabError, match="%%docker"):
        shell.magics[magic][1](line, "x")


def test_reset_gives_a_new_machine(terminal: DockerTerminal) -> None:
    terminal.capture("docker run -d alpine sleep 9")
    assert "1 containers" in repr(terminal)
    terminal.reset()
    assert terminal.capture("docker ps -aq").out == ""


def test_a_real_folder_can_be_brought_to_the_host(terminal: DockerTerminal, tmp_path: Path) -> None:
    (tmp_path / "app" / "inner").mkdir(parents=True)
    (tmp_path / "app" / "inner" / "note").write_text("hello", encoding="utf-8")
    terminal.bring(tmp_path / "app")
    assert terminal.capture("cat app/inner/note").out == "hello"
    with pytest.raises(LabError, match="is no folder"):
        terminal.bring(tmp_path / "nothing")


def test_a_command_can_be_had_as_a_trace_of_the_engine(terminal: DockerTerminal) -> None:
    trace = terminal.trace("run --rm alpine true")
    assert {"image-missing", "pull-done"} & set(trace.kinds) <= {"pull-done", "image-missing"}
    assert [kind for kind in trace.kinds if kind in ("created", "started", "exited", "removed")] == [
        "created", "started", "exited", "removed",
    ]  # fmt: skip
