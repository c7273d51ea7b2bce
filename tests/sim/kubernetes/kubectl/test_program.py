"""What a line of words does: it never raises, and what it cannot do it says by name."""

import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.kubernetes.kubectl.sessions import FILES, SESSIONS
from vlearn.sim.kubernetes.cluster import API_SERVER, power_off, run, start, started, stop, with_demand
from vlearn.sim.kubernetes.kubectl import kubectl
from vlearn.sim.kubernetes.kubectl.client import LONGEST

CLUSTER = run(kubectl(started(3), "create deployment web --image=nginx --replicas=2").cluster, 30)
LINES = [shlex.split(line) for session in SESSIONS.values() for line in session.splitlines() if line]
WORDS = sorted({word for line in LINES for word in line})


def said(line, cluster=CLUSTER):
    return kubectl(cluster, line, FILES).said


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(LINES), st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["", *WORDS])), max_size=2))
def test_a_line_with_wrong_words_fails_as_kubectl_fails(line, slips):
    words = list(line)
    for at, word in slips:
        words[at : at + 1] = [word] if word else []
    done = kubectl(CLUSTER, words, FILES)
    assert done.said.code in (0, 1, 2)
    assert bool(done.said.err) >= (done.said.code == 2)


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=30))
def test_no_text_makes_it_fail_in_another_way_than_kubectls(text):
    assert said(f"get {text}").code in (0, 1, 2)
    assert kubectl(CLUSTER, "apply -f x", {"x": text}).said.code == 1


ABSENT = [
    ("exec web -- ls", "vlearn: kubectl exec is not modelled\n"),
    ("set env deploy/web A=B", "vlearn: kubectl set env is not modelled\n"),
    ("create role r", "vlearn: kubectl create role is not modelled\n"),
    ("apply -f -", "vlearn: kubectl apply: -f - is not modelled\n"),
    ("apply --server-side -f web.yaml", "vlearn: kubectl apply: --server-side is not modelled\n"),
    ("get pods -o go-template=x", "vlearn: kubectl get: -o go-template is not modelled\n"),
]


@pytest.mark.parametrize(("line", "words"), ABSENT)
def test_what_the_real_one_could_is_refused_by_name(line, words):
    assert (said(line).err, said(line).code) == (words, 2)


def test_a_line_whose_quotes_do_not_end_is_refused():
    assert said("get 'pods").err == "error: the line cannot be read: no closing quotation\n"


def test_kubectl_may_stand_before_the_command_and_options_too():
    assert said("kubectl -n default get pods").out == said("get pods").out != ""


def test_without_an_api_server_the_connection_is_refused():
    down = stop(CLUSTER, API_SERVER)
    assert said("get pods", down).err.startswith("The connection to the server 127.0.0.1:6443 was refused")
    assert said("get pods", start(down, API_SERVER)).code == 0


def test_waiting_lets_no_more_time_pass_than_it_takes():
    done = kubectl(CLUSTER, "set image deploy/web nginx=nginx:1.26")
    assert done.cluster.now == CLUSTER.now
    done = kubectl(done.cluster, "rollout status deploy/web")
    assert 0 < done.cluster.now - CLUSTER.now < 20
    assert done.said.out.endswith('deployment "web" successfully rolled out\n')
    assert kubectl(done.cluster, "rollout status deploy/web").cluster.now == done.cluster.now


@pytest.mark.parametrize(("timeout", "seconds"), [("--timeout=40s", 40), ("", LONGEST)])
def test_what_never_ends_is_left_at_last(timeout, seconds):
    """A pod of a node without power is not gone before somebody says so."""
    pod = CLUSTER.objects("pods")[0]
    dark = run(power_off(CLUSTER, pod["spec"]["nodeName"]), 60)
    done = kubectl(dark, f"delete pod {pod['metadata']['name']} {timeout}")
    assert (done.said.code, done.cluster.now) == (1, dark.now + seconds)
    assert "timed out waiting for the condition" in done.said.err


def test_a_drain_whose_pods_never_end_says_for_which_it_waited():
    pod = CLUSTER.objects("pods")[0]
    node = pod["spec"]["nodeName"]
    dark = power_off(CLUSTER, node)
    said = kubectl(dark, f"drain {node} --timeout=10s").said
    assert said.code == 1
    assert f'error when waiting for pod "{pod["metadata"]["name"]}" in namespace "default" to terminate' in said.err


def test_top_shows_the_work_that_clients_bring():
    busy = with_demand(CLUSTER, "app=web", 1.5)
    assert [line.split()[1] for line in said("top pods --no-headers", busy).out.splitlines()] == ["750m", "750m"]
    assert sorted(line.split()[1] for line in said("top nodes --no-headers", busy).out.splitlines()) == [
        "0m", "750m", "750m",
    ]  # fmt: skip


def test_the_steps_begin_with_the_request_and_end_with_the_cluster_after_it():
    done = kubectl(CLUSTER, "scale deploy web --replicas=3", records=True)
    assert done.steps[0].event.kind == "request"
    assert done.steps[0].event.text == "kubectl: PATCH /apis/apps/v1/namespaces/default/deployments/web/scale"
    assert len(done.steps[-1].state.objects("pods")) == len(CLUSTER.objects("pods")) + 1


def test_a_restart_carries_the_clusters_own_time():
    done = kubectl(CLUSTER, "rollout restart deploy/web")
    template = done.cluster.get("deployments.apps", "web")["spec"]["template"]
    assert template["metadata"]["annotations"]["kubectl.kubernetes.io/restartedAt"] == "2026-01-01T00:00:30Z"
