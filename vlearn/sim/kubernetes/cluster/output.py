"""What containers have put out so far, for whoever asks the API for a pod's log."""

from collections.abc import Mapping

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.api.status import StatusError, bad_request
from vlearn.sim.kubernetes.apiserver import Request, Response
from vlearn.sim.kubernetes.apiserver.logs import log_container, shown_part
from vlearn.sim.kubernetes.apiserver.paths import target
from vlearn.sim.kubernetes.cluster.cluster import Cluster
from vlearn.sim.kubernetes.node import logs, run_until
from vlearn.sim.kubernetes.store import Key


def output(cluster: Cluster, key: Key, options: Mapping[str, str]) -> str:
    """The output of one container: `container`, and `previous` and `timestamps` if true. Raises StatusError."""
    pod = cluster.store.get(key)
    node = str(pod["spec"].get("nodeName") or "") if pod is not None else ""
    if pod is None or node not in cluster.machines:
        return ""
    machine = run_until(cluster.machines[node], cluster.now)
    stamped, previous = (options.get(name) in ("true", "1") for name in ("timestamps", "previous"))
    try:
        return logs(machine, pod["metadata"]["uid"], options["container"], previous, stamped=stamped)
    except ModelError as refused:
        raise bad_request(str(refused)) from None


def with_output(cluster: Cluster, response: Response, request: Request) -> tuple[Cluster, Response]:
    """The answer to a request, with the output in it where that is what was asked for."""
    if response.status != 200 or request.method != "GET" or not request.path.rstrip("/").endswith("/log"):
        return cluster, response
    place = target(request.path)
    container = log_container(cluster.store, place, request.query)
    try:
        text = shown_part(output(cluster, place.key, {**request.query, "container": container}), request.query)
    except StatusError as refused:
        return cluster, Response(refused.code, refused.object)
    return cluster, Response(200, text, content_type="text/plain")
