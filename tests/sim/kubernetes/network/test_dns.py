import pytest

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.apiserver import new_cluster
from vlearn.sim.kubernetes.cluster.actions import Create
from vlearn.sim.kubernetes.network import names_to_try, query, resolve

OUTSIDE = {"example.com": ("93.184.216.34",), "db.example.com": ("203.0.113.5",)}


def service(name, namespace="default", **spec):
    ports = [{"name": "http", "port": 80}, {"name": "dns", "port": 53, "protocol": "UDP"}]
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"ports": ports, **spec}}


def slice(name, *endpoints):
    labels = {"kubernetes.io/service-name": name}
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": f"{name}-1", "namespace": "default", "labels": labels},
        "addressType": "IPv4",
        "endpoints": list(endpoints),
        "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}],
    }


def endpoint(ip, hostname=None, **conditions):
    return {"addresses": [ip], "conditions": conditions, **({"hostname": hostname} if hostname else {})}


@pytest.fixture(scope="module")
def store():
    cluster = new_cluster()
    objects = (
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
        service("web", clusterIP="10.96.0.12"),
        service("web", "shop", clusterIP="10.96.0.13"),
        service("nginx", clusterIP="None"),
        slice("nginx", endpoint("10.244.0.1", "web-0"), endpoint("10.244.0.2"), endpoint("10.244.0.3", ready=False)),
        service("idle", clusterIP="None"),
        service("db", type="ExternalName", externalName="db.example.com", ports=[]),
        service("near", type="ExternalName", externalName="web.shop.svc.cluster.local", ports=[]),
        service("loop", type="ExternalName", externalName="loop.default.svc.cluster.local", ports=[]),
    )
    for each in objects:
        cluster = Create(each).apply(cluster)
    return cluster


ADDRESSES = [
    ("web.default.svc.cluster.local", ("10.96.0.12",)),
    ("WEB.default.svc.cluster.local.", ("10.96.0.12",)),
    ("web.shop.svc.cluster.local", ("10.96.0.13",)),
    ("nginx.default.svc.cluster.local", ("10.244.0.1", "10.244.0.2")),
    ("web-0.nginx.default.svc.cluster.local", ("10.244.0.1",)),
    ("10-244-0-2.nginx.default.svc.cluster.local", ("10.244.0.2",)),
    ("_http._tcp.web.default.svc.cluster.local", ("10.96.0.12",)),
    ("10-244-0-9.default.pod.cluster.local", ("10.244.0.9",)),
    ("db.default.svc.cluster.local", ("203.0.113.5",)),
    ("near.default.svc.cluster.local", ("10.96.0.13",)),
    ("example.com", ("93.184.216.34",)),
]


@pytest.mark.parametrize(("name", "addresses"), ADDRESSES)
def test_a_full_name_has_these_addresses(store, name, addresses):
    assert query(store, name, elsewhere=OUTSIDE).addresses == addresses


UNKNOWN = [
    "shop.default.svc.cluster.local",
    "web.nowhere.svc.cluster.local",
    "idle.default.svc.cluster.local",  # headless, and nobody is ready
    "10-244-0-3.nginx.default.svc.cluster.local",
    "web-1.nginx.default.svc.cluster.local",
    "_https._tcp.web.default.svc.cluster.local",
    "a.b.c.web.default.svc.cluster.local",
    "web-0.db.default.svc.cluster.local",
    "web-0.default.pod.cluster.local",
    "a.10-244-0-9.default.pod.cluster.local",
    "web.default.ingress.cluster.local",
    "nobody.example",
]


@pytest.mark.parametrize("name", UNKNOWN)
def test_other_names_do_not_exist(store, name):
    assert query(store, name, elsewhere=OUTSIDE).code == "NXDOMAIN"


EMPTY = [
    ("cluster.local", "A"),
    ("svc.cluster.local", "A"),
    ("default.svc.cluster.local", "A"),
    ("web.default.svc.cluster.local", "AAAA"),
    ("web.default.svc.cluster.local", "CNAME"),
]


@pytest.mark.parametrize(("name", "type"), EMPTY)
def test_some_names_exist_without_such_a_record(store, name, type):
    assert (query(store, name, type).code, query(store, name, type).records) == ("NOERROR", ())


SERVICES = [
    ("_http._tcp.web.default.svc.cluster.local", ["0 100 80 web.default.svc.cluster.local."]),
    ("_dns._udp.web.default.svc.cluster.local", ["0 100 53 web.default.svc.cluster.local."]),
    (
        "_http._tcp.nginx.default.svc.cluster.local",
        [
            "0 50 8080 web-0.nginx.default.svc.cluster.local.",
            "0 50 8080 10-244-0-2.nginx.default.svc.cluster.local.",
        ],
    ),
]


@pytest.mark.parametrize(("name", "data"), SERVICES)
def test_a_port_has_a_service_record(store, name, data):
    assert [each.data for each in query(store, name, "SRV").records] == data


def test_an_external_name_is_an_alias_and_a_circle_of_them_ends(store):
    found = query(store, "db.default.svc.cluster.local", elsewhere=OUTSIDE).records
    assert [(each.type, each.data) for each in found] == [("CNAME", "db.example.com."), ("A", "203.0.113.5")]
    only = query(store, "db.default.svc.cluster.local", "CNAME").records
    assert [each.data for each in only] == ["db.example.com."]
    assert {each.type for each in query(store, "loop.default.svc.cluster.local").records} == {"CNAME"}


def test_a_type_of_record_that_is_not_there_is_an_error(store):
    with pytest.raises(ModelError, match="A, AAAA, CNAME, SRV"):
        query(store, "web.default.svc.cluster.local", "MX")


SEARCHES = [
    ("web", "default", ("10.96.0.12",), 1),
    ("web", "shop", ("10.96.0.13",), 1),
    ("web.shop", "default", ("10.96.0.13",), 2),
    ("web.shop.svc", "default", ("10.96.0.13",), 3),
    ("web.shop.svc.cluster.local", "default", ("10.96.0.13",), 4),  # four dots are one too few
    ("web.shop.svc.cluster.local.", "default", ("10.96.0.13",), 1),
    ("web-0.nginx.default.svc.cluster.local", "shop", ("10.244.0.1",), 1),
    ("example.com", "default", ("93.184.216.34",), 4),
    ("nobody", "default", (), 4),
]


@pytest.mark.parametrize(("name", "namespace", "addresses", "queries"), SEARCHES)
def test_a_pod_finds_a_name_after_so_many_queries(store, name, namespace, addresses, queries):
    found = resolve(store, name, namespace, elsewhere=OUTSIDE)
    assert (found.addresses, len(found.asked)) == (addresses, queries)
    assert found.code == ("NOERROR" if addresses else "NXDOMAIN")


def test_fewer_dots_may_do():
    assert names_to_try("example.com", "shop", ndots=1)[0] == "example.com."
    assert names_to_try("web", "shop") == (
        "web.shop.svc.cluster.local.",
        "web.svc.cluster.local.",
        "web.cluster.local.",
        "web.",
    )


def test_a_name_without_such_a_record_is_not_unknown(store):
    found = resolve(store, "web", "default", "AAAA")
    assert (found.code, found.records, len(found.asked)) == ("NOERROR", (), 4)
