import pytest

from tests.sim.kubernetes.server.clients import cluster_with_a_node
from vlearn.sim.kubernetes.server import ClusterServer
from vlearn.sim.kubernetes.store import collected


@pytest.fixture
def server():
    with ClusterServer(cluster_with_a_node(), reconcile=collected, logs=lambda key, options: "one\ntwo\n") as running:
        yield running


@pytest.fixture
def home(server, tmp_path):
    """A home directory whose kubeconfig is the server's."""
    (tmp_path / "config").write_text(server.kubeconfig, encoding="utf-8")
    return tmp_path
