"""Names of images in full, and names that Docker refuses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.sim.images.errors import InvalidReference
from vlearn.sim.images.reference import reference

D = "sha256:" + "0" * 64
NAMES = [
    ("nginx", "docker.io/library/nginx:latest", "nginx:latest"),
    ("nginx:alpine", "docker.io/library/nginx:alpine", "nginx:alpine"),
    ("me/app:1", "docker.io/me/app:1", "me/app:1"),
    ("docker.io/nginx", "docker.io/library/nginx:latest", "nginx:latest"),
    ("index.docker.io/nginx", "docker.io/library/nginx:latest", "nginx:latest"),
    ("localhost/x", "localhost/x:latest", "localhost/x:latest"),
    ("localhost:5000/a/b:v1", "localhost:5000/a/b:v1", "localhost:5000/a/b:v1"),
    ("ghcr.io/o/r", "ghcr.io/o/r:latest", "ghcr.io/o/r:latest"),
    (f"nginx@{D}", f"docker.io/library/nginx@{D}", f"nginx@{D}"),
    (f"nginx:1@{D}", f"docker.io/library/nginx:1@{D}", f"nginx:1@{D}"),
]
REFUSED = ["", "Nginx", "nginx:", "a//b", "-a", "a:-b", "a@sha256:00", "a b", "a:" + "t" * 129, "0" * 64, "a_.b", "/a"]


@pytest.mark.parametrize(("given_name", "full", "familiar"), NAMES)
def test_a_name_is_completed_as_docker_does(given_name: str, full: str, familiar: str) -> None:
    assert (str(reference(given_name)), reference(given_name).familiar) == (full, familiar)


@pytest.mark.parametrize("name", REFUSED)
def test_a_name_that_docker_refuses_is_an_error_in_its_words(name: str) -> None:
    with pytest.raises(InvalidReference, match=r"invalid (reference format|repository name)"):
        reference(name)


@settings(deadline=None, max_examples=150)
@given(st.text("ab.:/@-_A0", max_size=20))
def test_a_full_name_is_its_own_full_name(text: str) -> None:
    try:
        full = str(reference(text))
    except InvalidReference:
        full = ""
    assert not full or str(reference(full)) == full
