"""Lists, and lists in pages: every page shows the version that the first one showed, whatever happens meanwhile.

Source: k8s.io/apiserver, storage/continue.go. The token of the next page names that version and the key to start at.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.store.selecting import Selection
from vlearn.sim.kubernetes.store.store import Key, Object, Store, collection


@dataclass(frozen=True, slots=True)
class Page:
    """Some objects at a revision, the token of the next page (empty: none), and how many are left if that is known."""

    items: tuple[Object, ...]
    revision: int
    next: str = ""
    remaining: int | None = None


def list_page(store: Store, selection: Selection, limit: int = 0, token: str = "", revision: int = 0) -> Page:
    """A page of at most `limit` objects (0: all), from where the token says.

    Raises Refused for a token that is none, and Compacted where its version is gone.
    """
    start: Key | None = None
    if token:
        revision, start = read_token(token, selection)
    revision = revision if revision > 0 else store.revision
    found = collection(store.at(revision), selection.resource, selection.namespace)
    matching = [(key, each) for key, each in found if (start is None or key >= start) and selection.holds(each)]
    if not limit or len(matching) <= limit:
        return Page(tuple(each for _, each in matching), revision)
    shown = matching[:limit]
    # Upstream counts what is left only where nothing is selected: else it does not know without reading on.
    selects = bool(selection.labels.requirements or selection.fields)
    left = None if selects else len(matching) - limit
    return Page(tuple(each for _, each in shown), revision, written_token(revision, shown[-1][0], selection), left)


def written_token(revision: int, last: Key, selection: Selection) -> str:
    """The token of the page after the key; revision -1 means whatever is latest."""
    place = last.name if selection.namespace is not None or not last.namespace else f"{last.namespace}/{last.name}"
    text = json.dumps({"v": "meta.k8s.io/v1", "rv": revision, "start": place + "\0"}, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_token(token: str, selection: Selection) -> tuple[int, Key]:
    """The revision and the first possible key of the page. Raises Refused with the API's words."""
    try:
        read = json.loads(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        version, revision, start = read["v"], int(read["rv"]), str(read["start"])
    except (ValueError, KeyError, TypeError):
        raise Refused("continue key is not valid: the token cannot be read") from None
    if version != "meta.k8s.io/v1":
        raise Refused(f'continue key is not valid: server does not recognize this encoded version "{version}"')
    if not revision:
        raise Refused("continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)")
    space, slash, name = start.rpartition("/")
    return revision, Key(selection.resource, space if slash else selection.namespace or "", name)
