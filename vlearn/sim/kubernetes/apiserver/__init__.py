"""The API server: `answer(store, request) -> (store, response)`, without a network.

store = new_cluster()
store, response = answer(store, Request("POST", "/api/v1/namespaces/default/pods", body=pod))
response.status, response.body             # 201 and the pod as it is now; or 422 and a Status that says why not
"""

from vlearn.sim.kubernetes.apiserver.answer import answer
from vlearn.sim.kubernetes.apiserver.cluster import new_cluster
from vlearn.sim.kubernetes.apiserver.request import Request, Response, Watch

__all__ = ["Request", "Response", "Watch", "answer", "new_cluster"]
