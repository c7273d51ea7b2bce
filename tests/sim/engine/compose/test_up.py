"""Compose over the engine: order, conditions, scale, names, and what is left after down."""

import pytest

from vlearn.sim.engine.command_line.console import Console

SHOP = """services:
  web:
    image: nginx
    ports: ["8080:80"]
    depends_on:
      db: {condition: service_healthy}
      migrate: {condition: service_completed_successfully}
  migrate: {image: alpine, command: sh -c 'sleep 2; exit CODE', depends_on: [db]}
  db:
    image: redis
    volumes: ["data:/data"]
    healthcheck: {test: ["CMD", "CHECK"], interval: 1s, retries: 2}
volumes: {data: }
"""


def console(text: str) -> Console:
    found = Console()
    found.type("mkdir shop; cd shop")
    found.host.write_file(found.pid, "/root/shop/compose.yaml", text)
    return found


def shop(code: str = "0", check: str = "true") -> Console:
    return console(SHOP.replace("CODE", code).replace("CHECK", check))


def progress(text: str, *words: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.endswith(words) and line.startswith(" Container")]


def test_up_creates_everything_and_starts_in_the_order_of_conditions() -> None:
    said = shop().type("docker compose up -d")
    assert said.code == 0
    assert progress(said.err, "Created", "Started", "Healthy", "Exited") == [
        "Container shop-db-1  Created",
        "Container shop-migrate-1  Created",
        "Container shop-web-1  Created",
        "Container shop-db-1  Started",
        "Container shop-migrate-1  Started",
        "Container shop-db-1  Healthy",
        "Container shop-migrate-1  Exited",
        "Container shop-web-1  Started",
    ]


@pytest.mark.parametrize(
    ("code", "check", "message"),
    [
        ("3", "true", 'service "migrate" didn\'t complete successfully: exit 3\n'),
        ("0", "false", "dependency failed to start: container shop-db-1 is unhealthy\n"),
    ],
)
def test_what_waits_for_a_failed_service_is_not_started(code: str, check: str, message: str) -> None:
    terminal = shop(code, check)
    said = terminal.type("docker compose up -d")
    assert (said.code, said.err.endswith(message)) == (1, True)
    assert terminal.type("docker inspect -f '{{.State.Status}}' shop-web-1").out == "created\n"


def test_a_second_up_changes_nothing_that_runs() -> None:
    terminal = shop()
    terminal.type("docker compose up -d")
    before = terminal.type("docker compose ps -q").out
    said = terminal.type("docker compose up -d")
    assert progress(said.err, "Running") == ["Container shop-db-1  Running", "Container shop-web-1  Running"]
    assert terminal.type("docker compose ps -q").out == before


def test_a_changed_service_is_made_anew_and_the_others_stay() -> None:
    terminal = console("services: {a: {image: nginx}, b: {image: redis}}")
    terminal.type("docker compose up -d")
    terminal.host.write_file(
        terminal.pid, "/root/shop/compose.yaml", "services: {a: {image: nginx, hostname: new}, b: {image: redis}}"
    )
    said = terminal.type("docker compose up -d")
    assert progress(said.err, "Recreated", "Running") == [
        "Container shop-a-1  Recreated",
        "Container shop-b-1  Running",
    ]
    assert terminal.type("docker compose exec a cat /etc/hostname").out == "new\n"


def test_services_find_each_other_by_name_and_scale_up_and_down() -> None:
    terminal = console("services: {web: {image: nginx}, box: {image: alpine, command: sleep 1000}}")
    terminal.type("docker compose up -d --scale web=3")
    assert "Welcome to nginx" in terminal.type("docker compose exec box wget -qO- http://web").out
    assert terminal.type("docker compose ps web | grep -c web").out == "3\n"
    terminal.type("docker compose up -d")
    assert terminal.type("docker compose ps web | grep -c web").out == "1\n"


def test_down_leaves_the_volume_unless_it_is_asked_for() -> None:
    terminal = shop()
    terminal.type("docker compose up -d; docker compose down")
    left = "docker ps -aq; docker network ls -q --filter type=custom; docker volume ls -q"
    assert terminal.type(left).out == "shop_data\n"
    terminal.type("docker compose up -d; docker compose down -v")
    assert terminal.type(left).out == ""


def test_the_foreground_shows_logs_with_the_names_before_them() -> None:
    terminal = console(
        "services: {hello: {image: alpine, command: echo hi}, longer-name: {image: alpine, command: echo ho}}"
    )
    said = terminal.type("docker compose up")
    assert said.err.endswith("Attaching to hello-1, longer-name-1\n")
    assert "hello-1        | hi\nlonger-name-1  | ho\n" in said.out
    assert "hello-1 exited with code 0\n" in said.out
    assert terminal.type("docker compose logs --no-log-prefix hello").out == "hi\n"


def test_a_service_is_built_from_its_directory() -> None:
    terminal = console("services: {app: {build: ./app}}")
    terminal.type('mkdir app; printf \'FROM alpine\\nCMD ["echo", "built"]\\n\' > app/Dockerfile')
    said = terminal.type("docker compose up")
    assert "app-1  | built\n" in said.out
    assert terminal.type("docker images -q shop-app").out != ""


@pytest.mark.parametrize(
    ("line", "message", "code"),
    [
        ("docker compose up nobody", "no such service: nobody\n", 1),
        ("docker compose exec web ls", 'service "web" is not running\n', 1),
        ("docker compose -f none.yaml up", "open none.yaml: no such file or directory\n", 1),
        ("docker compose up --scale web", 'invalid --scale option "web". Should be SERVICE=NUM\n', 1),
        ("docker compose nonsense", 'unknown docker command: "compose nonsense"\n', 1),
        ("docker compose watch", "vlearn: docker compose watch is not modelled\n", 2),
    ],
)
def test_mistakes_are_answered_in_the_words_of_compose(line: str, message: str, code: int) -> None:
    said = shop().type(line)
    assert (said.err, said.code) == (message, code)
