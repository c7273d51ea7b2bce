"""lab.kubectl: a cluster in a notebook."""

import json
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.lab.test_docker_cells import Shell
from tests.sim.kubernetes.server.sessions import DEPLOYMENT
from vlearn.errors import LabError
from vlearn.lab import kubectl_cells
from vlearn.lab.kubectl_cells import KubectlTerminal, load_ipython_extension
from vlearn.sim.kubernetes.cluster import API_SERVER, power_off, started, stop


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> KubectlTerminal:
    found = KubectlTerminal()
    monkeypatch.setattr(kubectl_cells, "kubectl", found)
    return found


@pytest.fixture
def magics(terminal: KubectlTerminal) -> dict:
    shell = Shell()
    load_ipython_extension(shell)
    return shell.magics


def test_a_command_prints_as_a_terminal_does(terminal: KubectlTerminal, capsys: pytest.CaptureFixture) -> None:
    terminal("create deployment web --image=nginx")
    terminal.wait(30)
    terminal("get pods --no-headers")
    printed = capsys.readouterr()
    assert printed.out.startswith("deployment.apps/web created\nweb-")
    assert "Running" in printed.out
    assert printed.err == ""


def test_a_failure_is_shown_on_standard_error_with_its_code(
    terminal: KubectlTerminal, capsys: pytest.CaptureFixture
) -> None:
    terminal("kubectl get pods nobody")
    assert capsys.readouterr() == ("", 'Error from server (NotFound): pods "nobody" not found\n[exit code 1]\n')


def test_the_magics_reach_the_same_cluster(
    terminal: KubectlTerminal, magics: dict, capsys: pytest.CaptureFixture
) -> None:
    assert {name: kind for name, (kind, _) in magics.items()} == {"kubectl": "line_cell", "manifest": "cell"}
    magics["manifest"][1]("web.yaml", DEPLOYMENT)
    magics["kubectl"][1]("apply -f web.yaml")
    magics["kubectl"][1](
        "", "# a comment\n\nscale deploy web \\\n  --replicas=3  # how many\nkubectl get deploy -o name\n"
    )
    assert capsys.readouterr().out == (
        "Keeping web.yaml; kubectl apply -f web.yaml reads it\n"
        "deployment.apps/web created\ndeployment.apps/web scaled\ndeployment.apps/web\n"
    )
    assert len(terminal.cluster.objects("pods")) == 3


@pytest.mark.parametrize(("magic", "line"), [("kubectl", "get pods"), ("manifest", "")])
def test_a_magic_says_how_it_is_meant(magics: dict, magic: str, line: str) -> None:
    with pytest.raises(LabError, match=f"%%{magic}"):
        magics[magic][1](line, "x")


def test_a_cluster_that_was_kept_can_be_gone_on_with(terminal: KubectlTerminal) -> None:
    kept = terminal.cluster
    terminal.capture("delete node node-1")
    assert repr(terminal) == "<a cluster of the model: nodes: 2, pods: 0>"
    terminal.use(kept)
    assert terminal.cluster is kept
    terminal.reset(nodes=1, seed=4)
    assert [node["metadata"]["name"] for node in terminal.cluster.objects("nodes")] == ["node-1"]


def test_what_happens_to_the_machines_is_answered_by_the_components(terminal: KubectlTerminal) -> None:
    terminal.do(lambda cluster: power_off(cluster, "node-1"))
    terminal.wait(60)
    assert "node-1   NotReady" in terminal.capture("get nodes").out


def test_a_command_can_be_had_as_a_trace_of_the_cluster(terminal: KubectlTerminal) -> None:
    terminal.write("./web.yaml", DEPLOYMENT)
    before = terminal.cluster
    trace = terminal.trace("apply -f web.yaml", seconds=60)
    assert trace.start is before
    assert trace.kinds[0] == "request"
    assert trace.final is terminal.cluster
    assert trace.final.now == before.now + 60
    assert all(pod["status"]["phase"] == "Running" for pod in trace.final.objects("pods"))


def test_the_trace_of_a_command_that_waits_holds_that_time_too(terminal: KubectlTerminal) -> None:
    terminal.capture("create deployment web --image=nginx")
    trace = terminal.trace("rollout status deploy/web")
    assert trace.final.now > trace.start.now
    assert trace.final is terminal.cluster


WRONG = [
    (lambda found: found.trace("get pods nobody"), "kubectl get pods nobody failed: Error from server"),
    (lambda found: found.trace("get pods", seconds=-1), "time runs forward"),
    (lambda found: found.wait(-1), "time runs forward"),
    (lambda found: found.wait("x"), "a number of seconds"),
    (lambda found: found.wait(float("nan")), "a number of seconds"),
    (lambda found: found.wait(float("inf")), "a number of seconds"),
    (lambda found: found.use("web"), "takes a cluster"),
    (lambda found: found.do("web"), "takes a function"),
    (lambda found: found.do(lambda cluster: None), "gives the next cluster"),
    (lambda found: found.do(lambda cluster: power_off(cluster, "node-9")), "node-9"),
    (lambda found: found.do(lambda cluster: stop(cluster, "nobody")), "no component is called 'nobody'"),
    (lambda found: found.reset(nodes=-1), "0 nodes or more"),
    (lambda found: found.capture(7), "takes a line"),
    (lambda found: found.write("", "x"), "needs a name"),
    (lambda found: found.serve(speed=-1), "time runs forward"),
]


@pytest.mark.parametrize(("call", "words"), WRONG)
def test_what_cannot_be_is_said_clearly(terminal: KubectlTerminal, call, words: str) -> None:
    with pytest.raises(LabError, match=words):
        call(terminal)


def test_a_served_cluster_is_the_notebooks_own(terminal: KubectlTerminal, capsys: pytest.CaptureFixture) -> None:
    with terminal.serve(speed=0) as served:
        url = json.loads(served.kubeconfig.read_text(encoding="utf-8"))["clusters"][0]["cluster"]["server"]
        printed = capsys.readouterr().out
        assert f"export KUBECONFIG={served.kubeconfig}" in printed
        assert url.rpartition("/")[2] not in printed
        terminal.capture("create namespace team")
        terminal.wait(5)
        with urlopen(f"{url}/api/v1/namespaces/team") as answer:
            assert json.load(answer)["metadata"]["name"] == "team"
        terminal.do(lambda cluster: stop(cluster, API_SERVER))
        with pytest.raises(HTTPError, match="503"):
            urlopen(f"{url}/api/v1/namespaces/team")
        terminal.use(started(1))
        assert len(terminal.cluster.objects("nodes")) == 1
        last = served.cluster
    assert not served.kubeconfig.exists()
    assert terminal.cluster is last
    served.stop()


def test_a_cluster_is_served_once_at_a_time(terminal: KubectlTerminal) -> None:
    first = terminal.serve(speed=0)
    second = terminal.serve(speed=0)
    assert not first.kubeconfig.exists()
    assert "answers at" in repr(second)
    assert "answered at" in repr(first)
    second.stop()
