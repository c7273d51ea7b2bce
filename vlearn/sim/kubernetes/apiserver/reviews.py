"""Reviews: who am I, may I, and what may I. There is one user here, who may do everything.

Source: pkg/registry/authorization and pkg/registry/authentication.
"""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.api.kinds import REVIEWS, Resource
from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.api.status import method_not_allowed
from vlearn.sim.kubernetes.apiserver.bodies import body_of
from vlearn.sim.kubernetes.apiserver.request import Request, Response

USER: Mapping[str, Any] = {"username": "student", "groups": ["system:masters", "system:authenticated"]}
_EVERYTHING: Mapping[str, Any] = {
    "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}],
    "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
    "incomplete": False,
}
_ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "SelfSubjectReview": {"userInfo": USER},
    "SelfSubjectAccessReview": {"allowed": True},
    "SelfSubjectRulesReview": _EVERYTHING,
}


def reviewed(request: Request, now: float) -> Response | None:
    """The answer to a review, or None where the path is none. Raises StatusError."""
    resource = _resource(request.path)
    if resource is None:
        return None
    if request.method != "POST":
        raise method_not_allowed()
    review, warnings = body_of(request, resource)
    metadata = {**review["metadata"], "creationTimestamp": timestamp(now)}
    return Response(201, {**review, "metadata": metadata, "status": _ANSWERS[resource.kind]}, warnings)


def _resource(path: str) -> Resource | None:
    return next((each for each in REVIEWS if path.rstrip("/") == f"/apis/{each.api_version}/{each.name}"), None)
