"""Reading Compose files: what they mean, and what is wrong with them in compose's words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.sim.engine.compose.errors import ComposeError
from vlearn.sim.engine.compose.interpolation import read_env, substitute
from vlearn.sim.engine.compose.load import load
from vlearn.sim.engine.compose.order import check_cycle, in_order, levels
from vlearn.sim.engine.compose.project import Dependency, Project, Service
from vlearn.sim.engine.settings import Mount, Port, Restart, Settings

FULL = """
x-common: &common
  restart: on-failure:3
services:
  web:
    <<: *common
    image: nginx:${TAG:-latest}
    ports: ["8080:80", {target: 443, published: 8443}]
    environment: {MODE: fast, DEBUG: true, EMPTY: }
    depends_on: [db]
    networks: {front: {aliases: [site]}, back: }
    deploy: {replicas: 2, resources: {limits: {memory: 64m, cpus: "0.5"}}}
  db:
    image: redis
    command: redis-server --save ''
    volumes: ["data:/data", "./conf:/conf:ro", /cache]
    healthcheck: {test: "redis-cli ping", interval: 1m30s, retries: 5}
    networks: [back]
networks: {front: , back: {internal: true}}
volumes: {data: }
"""


def service(**entry: object) -> str:
    return "services:\n  web: " + str(entry).replace("'", '"').replace("None", "null").replace("True", "true")


def test_a_file_says_what_its_containers_are_asked_to_be() -> None:
    project = load(FULL, "Shop!", {"EMPTY": "from the shell"}, "/root/shop")
    web, db = project.services["web"].settings, project.services["db"].settings
    assert project.name == "shop"
    assert web.image == "nginx:latest"
    assert web.ports == (Port(8080, 80), Port(8443, 443))
    assert web.environment == ("MODE=fast", "DEBUG=true", "EMPTY=from the shell")
    assert (web.restart, web.memory, web.cpus) == (Restart("on-failure", 3), 64 << 20, 0.5)
    assert project.services["web"].scale == 2
    assert db.command == ("redis-server", "--save", "")
    assert db.mounts == (
        Mount("volume", "data", "/data"),
        Mount("bind", "/root/shop/conf", "/conf", True),
        Mount("volume", "", "/cache"),
    )
    assert db.health is not None
    assert (db.health.test, db.health.interval, db.health.retries) == (("CMD-SHELL", "redis-cli ping"), 90.0, 5)
    assert [place.network for place in project.services["web"].places] == ["front", "back"]
    assert project.networks["back"].name == "shop_back"
    assert project.networks["back"].internal


WRONG = [
    ("", "empty compose file"),
    ("- a", "top-level object must be a mapping"),
    ("services: [a]", "services must be a mapping"),
    ("services: {}", "no service selected"),
    ("service: {}", "additional properties 'service' not allowed"),
    (service(imagee="x"), "services.web additional properties 'imagee' not allowed"),
    (service(image=3), "services.web.image must be a string"),
    (service(image="x", ports="80"), "services.web.ports must be a array"),
    (service(image="x", environment="A=b"), "services.web.environment must be a array or mapping"),
    (service(image="x", deploy={"replicas": []}), "services.web.deploy.replicas must be a number or string"),
    ("services: {web: }", "services.web must be a mapping"),
    (service(command="x"), 'service "web" has neither an image nor a build context specified: invalid compose project'),
    (service(image="x", depends_on=["db"]), 'service "web" depends on undefined service "db": invalid compose project'),
    (service(image="x", networks=["n"]), 'service "web" refers to undefined network n: invalid compose project'),
    (service(image="x", volumes=["v:/v"]), 'service "web" refers to undefined volume v: invalid compose project'),
    (service(image="x", secrets=["s"]), "vlearn: services.web.secrets is not modelled"),
    (
        service(image="${X"),
        "invalid interpolation format for services.web.image.\nYou may need to escape any $ with another $.\n${X",
    ),
    (
        service(image="${X:?say it}"),
        "error while interpolating services.web.image: required variable X is missing a value: say it",
    ),
    (
        "services:\n  a: {image: x}\n  a: {image: y}",
        'yaml: unmarshal errors:\n  line 3: mapping key "a" already defined at line 2',
    ),
    ("services:\n\ta: 1", "yaml: line 2: found character '\\t' that cannot start any token"),
    (
        service(image="x", healthcheck={"test": ["true"]}),
        'healthcheck.test must start either by "CMD", "CMD-SHELL" or "NONE"',
    ),
    (
        service(image="x", restart="sometimes"),
        "services.web: invalid restart policy: unknown policy 'sometimes'; use one of 'no', 'always', 'on-failure', "
        "'unless-stopped'",
    ),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_a_wrong_file_is_refused_in_the_words_of_compose(text: str, message: str) -> None:
    with pytest.raises(ComposeError) as refused:
        load(text, "shop")
    assert str(refused.value) == message


SUBSTITUTED = [
    ("$A ${A} ${A}x", "1 1 1x"),
    ("${B:-two} ${B-two} ${E:-three} ${E-three}", "two two three "),
    ("${A:+set} ${B:+set}|", "set |"),
    ("${B:-${A}}", "1"),
    ("$$A $${A}", "$A ${A}"),
    ("${B}|", "|"),
]


@pytest.mark.parametrize(("text", "expected"), SUBSTITUTED)
def test_variables_are_replaced_by_the_rules_of_the_specification(text: str, expected: str) -> None:
    assert substitute(text, {"A": "1", "E": ""}, lambda _: None) == expected


def test_an_unset_variable_is_warned_of() -> None:
    project = load(service(image="nginx:${TAG}"), "shop")
    assert project.warnings == ('The "TAG" variable is not set. Defaulting to a blank string.',)


def test_an_env_file_has_comments_quotes_and_variables_of_its_own() -> None:
    text = "# no\nA=1\nexport B='a $A'\nC=\"b $A\" # why\nD=x # y\n\nE"
    assert read_env(text) == {"A": "1", "B": "a $A", "C": "b 1", "D": "x"}


def project(edges: dict[str, list[str]]) -> Project:
    return Project("p", {n: Service(n, Settings("x"), depends_on=tuple(map(Dependency, d))) for n, d in edges.items()})


@pytest.mark.parametrize(
    ("edges", "circle"),
    [
        ({"a": ["b"], "b": ["a"]}, "a -> b -> a"),
        ({"a": ["a"]}, "a -> a"),
        ({"a": ["b"], "b": ["c"], "c": ["b"]}, "b -> c -> b"),
    ],
)
def test_a_circle_of_dependencies_is_refused_and_shown(edges: dict, circle: str) -> None:
    with pytest.raises(ComposeError, match=f"^dependency cycle detected: {circle}$"):
        check_cycle(project(edges))


EARLIER = st.integers(1, 8).flatmap(
    lambda count: st.tuples(*(st.sets(st.integers(0, max(0, n - 1)), max_size=n) for n in range(count)))
)
"""For each service the numbers of those before it that it depends on."""


@given(EARLIER)
@settings(deadline=None, max_examples=100)
def test_everything_comes_after_what_it_depends_on(earlier: tuple) -> None:
    edges = {f"s{k}": [f"s{one}" for one in sorted(found)] for k, found in enumerate(earlier)}
    order = in_order(project(edges))
    assert sorted(order) == sorted(edges)
    assert all(order.index(one) < order.index(name) for name, found in edges.items() for one in found)
    assert sum(map(len, levels(project(edges)))) == len(edges)


@given(st.text(alphabet="services: webimgx{}[]\n-&*<$\"'#|>1", max_size=60))
@settings(deadline=None, max_examples=200)
def test_any_text_is_a_project_or_refused_in_words(text: str) -> None:
    try:
        outcome: object = load(text, "p").services
    except ComposeError as error:
        outcome = str(error)
    assert outcome
