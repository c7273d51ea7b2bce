"""Names: the API's own words for what is wrong. Upstream's tables of good and bad names run in tests/conformance."""

import pytest

from vlearn.sim.kubernetes.api import dns1035_label, dns1123_label, port_name, port_number, qualified_name


def test_a_bad_name_is_explained_with_the_regular_expression():
    (words,) = dns1123_label("a_b")
    assert words.endswith(
        "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
    )


@pytest.mark.parametrize(
    ("wrong", "count"),
    [
        (dns1035_label("1" * 64), 2),
        (qualified_name("a/b/c"), 1),
        (qualified_name("/b"), 1),
        (qualified_name("B_/"), 3),
        (port_name("--"), 3),
        (port_number(0), 1),
    ],
)
def test_everything_that_is_wrong_is_said(wrong, count):
    assert len(wrong) == count
