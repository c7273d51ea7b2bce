from itertools import combinations

import pytest

from vlearn.errors import ModelError
from vlearn.sim.datacenter.hypervisors import (
    CLAIMS,
    KINDS,
    PRODUCTS,
    RULES,
    blast_radius,
    choose,
    claims,
    disputed,
    parts,
    product,
)
from vlearn.sim.datacenter.hypervisors.kinds import HOSTED, IN_KERNEL, MICROVM, SERVICE_DOMAIN, TYPE_1

CHOICES = [
    ((), (TYPE_1, MICROVM, IN_KERNEL, SERVICE_DOMAIN, HOSTED)),
    (("a running desktop is not restarted", "the host is not Linux"), (HOSTED,)),
    (("tenants are strangers", "guests start in a fraction of a second"), (MICROVM,)),
    (("tenants are strangers", "live migration"), (TYPE_1, IN_KERNEL)),
    (("live migration", "drivers in a domain of their own"), (SERVICE_DOMAIN,)),
    (("guests start in a fraction of a second", "live migration"), ()),
]


@pytest.mark.parametrize(("needs", "kinds"), CHOICES)
def test_kinds_that_meet_the_needs(needs, kinds):
    found = choose(needs)
    assert found.kinds == kinds
    assert found.conflict == (not kinds)


def test_every_kind_is_chosen_or_excluded_with_reasons():
    for needs in combinations(RULES, 2):
        found = choose(needs)
        reasons = dict(found.excluded)
        assert sorted((*found.kinds, *reasons)) == sorted(KINDS)
        assert all(name in rule.excludes for name, rules in reasons.items() for rule in rules)


def test_every_rule_excludes_some_kinds_and_not_all():
    for rule in RULES.values():
        assert set() < set(rule.excludes) < set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_strangers_are_kept_from_kinds_where_a_device_model_has_all_guests(kind):
    models = [part.name for part in parts(kind) if part.name.endswith(" of A")]
    lost = any("kernel B" in blast_radius(kind, model) for model in models)
    assert lost == (kind in RULES["tenants are strangers"].excludes)


KIND_OF = [
    ("VMware ESXi", TYPE_1),
    ("Xen", SERVICE_DOMAIN),
    ("Oracle VirtualBox", HOSTED),
    ("Microsoft Virtual PC, Virtual Server", HOSTED),
    ("KVM with QEMU", IN_KERNEL),
    ("Firecracker", MICROVM),
]


@pytest.mark.parametrize(("name", "kind"), KIND_OF)
def test_products_by_what_owns_the_hardware(name, kind):
    assert product(name).kind == kind


def test_products_have_kinds_and_sources_and_every_kind_has_one():
    assert {one.kind for one in PRODUCTS.values()} == set(KINDS)
    assert all(one.source and one.processor and one.devices for one in PRODUCTS.values())


def test_labels_that_are_argued_about_name_both_sides():
    assert disputed() == ("Xen", "KVM with QEMU")
    assert {claim.label for claim in claims("KVM with QEMU")} == {"type 1", "type 2", "hybrid"}
    assert claims("VMware ESXi") == ()
    assert all(claim.product in PRODUCTS and claim.who and claim.reason for claim in CLAIMS)


@pytest.mark.parametrize(("ask", "says"), [
    (lambda: choose(["live migrations"]), "did you mean 'live migration'"),
    (lambda: product("Zen"), "did you mean 'Xen'"),
])  # fmt: skip
def test_what_cannot_be_is_refused(ask, says):
    with pytest.raises(ModelError, match=says):
        ask()
