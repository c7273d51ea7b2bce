"""Chapter 11's exercises: right answers pass, each likely slip gets its own hint, strange answers get a hint too."""

import pytest

from vlearn.lab.exercises.ch11_builds import (
    CHANGED,
    COMMENTED,
    NOTES,
    PAGES,
    SLOW,
    SOURCES,
    built,
    changed_only,
    files_of,
)
from vlearn.lab.exercises.ch11_predictions import PREDICTIONS
from vlearn.sim.engine.actions import Run
from vlearn.sim.engine.command_line.console import Console
from vlearn.sim.engine.docker import settings_of
from vlearn.sim.images.dockerfile.comments import comments_behind
from vlearn.sim.images.dockerfile.parse import parse
from vlearn.sim.images.errors import DockerfileError

REPAIRED = "".join(f"{line.partition('#')[0].rstrip()}\n" for line in COMMENTED.splitlines())
ORDERED = """\
FROM python
WORKDIR /app
COPY requirements.txt .
RUN cat requirements.txt > installed.txt
COPY . .
RUN date > compiled.txt
CMD ["python", "app.py"]
"""
ONE, TWO = (f"FROM alpine\nRUN echo {n} > /a\nRUN cat /a > /b\n" for n in (1, 2))
NETWORK = ["docker network create shopnet", "docker run -d --name web --network shopnet nginx"]
DB = "docker run -d --name db --network shopnet {}redis"
COMPOSE = """\
services:
  web:
    image: nginx
    ports: ["8080:80"]
    depends_on:
      cache: {condition: service_healthy}
  cache:
    image: redis
    volumes: ["kept:/data"]
    healthcheck: {test: ["CMD", "redis-cli", "ping"], interval: 2s}
volumes:
  kept:
"""

RIGHT = [
    ("ch11-repair", REPAIRED),
    ("ch11-repair", REPAIRED.replace("RUN rm -rf ./*", "RUN rm -rf ./*  # the shell knows comments")),
    ("ch11-order-lines", ORDERED),
    ("ch11-bug-hunt", (ONE, TWO)),
    ("ch11-by-name", [*NETWORK, DB.format("-v orders:/data ")]),
    ("ch11-by-name", [*NETWORK, f"docker volume create orders; {DB.format('-v orders:/data ')}"]),
    ("ch11-compose", COMPOSE),
]
WRONG = [
    ("ch11-repair", COMMENTED, "line 1"),
    ("ch11-repair", COMMENTED.replace("# a small web server", ""), "continuation mark"),
    ("ch11-repair", REPAIRED.replace("/html\n", "/html  # pages\n"), "working directory is"),
    ("ch11-repair", REPAIRED.replace('off;"]', 'off;"]  # start'), "JSON array"),
    ("ch11-repair", REPAIRED.replace("EXPOSE 80\n", "EXPOSE 80 8080\n"), "not just port 80"),
    ("ch11-repair", REPAIRED.replace("COPY index.html .\n", ""), "`index.html` is not among"),
    ("ch11-repair", REPAIRED.replace("RUN rm -rf ./*\n", "RUN touch third\n"), "more pages than the two"),
    ("ch11-repair", REPAIRED.replace(" && \\\n    chmod 600 state.txt", ""), "for nobody else"),
    ("ch11-repair", REPAIRED.replace("index.html", "indx.html"), "The build fails"),
    ("ch11-repair", REPAIRED.replace("EXPOSE 80", "EXPOSE 80  # the port"), "EXPOSE takes each word as a port"),
    ("ch11-repair", 5, "text of a Dockerfile"),
    ("ch11-order-lines", SLOW, "the slow one among them"),
    ("ch11-order-lines", ORDERED.replace("COPY . .", "COPY requirements.txt x"), "`/app/app.py` is missing"),
    ("ch11-order-lines", ORDERED.replace("RUN cat requirements.txt", "RUN echo flask"), "must be executed again"),
    (
        "ch11-order-lines",
        ORDERED.replace("COPY . .\nRUN date > compiled.txt", "RUN date > compiled.txt\nCOPY . ."),
        "stands for compiling",
    ),
    ("ch11-order-lines", "FROM nowhere", "The build fails"),
    ("ch11-order-lines", "FORM python", "unknown instruction"),
    ("ch11-order-lines", None.__class__, "text of a Dockerfile"),
    ("ch11-bug-hunt", (ONE, ONE), "Nothing has changed"),
    ("ch11-bug-hunt", (ONE, f"{ONE}RUN touch /c\n"), "depend on a line before it"),
    ("ch11-bug-hunt", (ONE, "FROM alpine\nENV A=1\n"), "RUN lines below it"),
    ("ch11-bug-hunt", (ONE, "FROM alpine\nRUN nosuch\n"), "exit code 127"),
    ("ch11-bug-hunt", (ONE, f"{ONE}{'RUN true' + chr(10)}" * 9), "at most 12 lines"),
    ("ch11-bug-hunt", ("FROM nowhere", "FROM nowhere\nRUN true"), "pull access denied"),
    ("ch11-bug-hunt", ONE, "two Dockerfiles"),
    ("ch11-by-name", ["docker run -d --name web nginx", "docker run -d --name db redis"], "by its name"),
    ("ch11-by-name", [*NETWORK, DB.format("")], "Which kind of volume"),
    ("ch11-by-name", [*NETWORK, DB.format("-v /data ")], "Which kind of volume"),
    ("ch11-by-name", NETWORK, "no container of the name `db` runs"),
    ("ch11-by-name", NETWORK[1:], "network shopnet not found"),
    ("ch11-by-name", ["docker ps"] * 21, "at most 20"),
    ("ch11-by-name", "docker ps", "list of commands"),
    ("ch11-compose", COMPOSE.replace("service_healthy", "service_started"), "needs a condition"),
    ("ch11-compose", COMPOSE.replace("8080:80", "80"), "Nobody answers at port 8080"),
    ("ch11-compose", COMPOSE.replace('    volumes: ["kept:/data"]\n', ""), "name the volume"),
    ("ch11-compose", COMPOSE.replace("  web:", "  www:"), "`web` and `cache` were asked for"),
    ("ch11-compose", COMPOSE.replace("image: redis", "imge: redis"), "imge"),
    ("ch11-compose", "services: [", "exit code"),
    ("ch11-compose", ["web"], "text of a Compose file"),
]


def test_the_dockerfile_of_the_notes_does_not_build_and_each_line_with_a_comment_is_remarked_on():
    with pytest.raises(DockerfileError, match="FROM requires either one or three arguments"):
        parse(NOTES)
    assert [remark.line for remark in comments_behind(NOTES)] == [1, 2, 3, 4, 5, 6, 8, 9]


def test_the_wrong_builder_is_right_about_lines_that_do_not_depend_on_each_other():
    old, new = (f"FROM alpine\nRUN echo {n} > /one\nRUN echo a > /two\n" for n in (1, 2))
    assert changed_only(old, new) == files_of(built(new, {}).final)
    assert changed_only(ONE, TWO)["b"] == b"1\n"
    assert files_of(built(TWO, {}).final)["b"] == b"2\n"


def test_the_prediction_about_the_cache_is_worded_as_a_build_is():
    first = built(SLOW, SOURCES).final
    again = {step.event.text for step in built(SLOW, SOURCES, first).steps}
    after = built(SLOW, CHANGED, first)
    choices = PREDICTIONS["ch11-run-after-copy"].choices.keys()
    assert after.steps[4].event.text not in choices
    assert len(choices & (again | {step.event.text for step in after.steps})) == len(choices)


def test_the_prediction_about_a_second_run_is_worded_as_a_first_one():
    console = Console()
    first = console.docker.trace(Run(settings_of("nginx", name="two"), detach=True))
    said = {step.event.text.partition(", pid")[0].partition(" (HEAD")[0] for step in first.steps}
    assert PREDICTIONS["ch11-second-run"].choices.keys() <= said
    second = console.docker.trace(Run(settings_of("nginx", name="three"), detach=True))
    assert second.kinds[1] == "image-found"


TYPED = {
    "ch11-stop-sleep": ("docker run -d --name nap alpine sleep 600; docker stop nap; docker ps -a", "Exited (137)"),
    "ch11-change-in-container": (
        "docker run -d --name web -p 8080:80 nginx"
        "; docker exec web sh -c 'echo changed > /usr/share/nginx/html/index.html'"
        "; docker stop web; docker start web; wget -qO- localhost:8080",
        "changed\n",
    ),
    "ch11-working-directory": (
        "printf 'FROM nginx:alpine\\nWORKDIR /usr/share/nginx/html             # Set working directory\\n' > Dockerfile"
        "; docker build -q -t site .; docker inspect -f '{{.Config.WorkingDir}}' site",
        "# Set working directory\n",
    ),
}


@pytest.mark.parametrize("id", TYPED)
def test_plain_predictions_answer_as_the_host_does(id):
    lines, expected = TYPED[id]
    assert expected in Console().type(lines).out
    assert PREDICTIONS[id].answer


def test_an_anonymous_volume_is_left():
    console = Console()
    console.type("docker run -d --name store redis; docker rm -f store")
    assert len(console.type("docker volume ls -q").out.strip()) == 64
    assert PREDICTIONS["ch11-volume-left"].answer == "a volume with 64 digits for a name"


def test_the_layers_of_the_base_are_mounted():
    console = Console()
    console.type("printf 'FROM nginx\\nRUN touch /x\\n' > Dockerfile; docker build -q -t ada/site .")
    said = console.type("docker push ada/site").out
    assert "Mounted from library/nginx" in said
    assert said.count(": Pushed") == 1
    assert "library/nginx" in PREDICTIONS["ch11-base-of-another"].answer


def test_the_page_of_the_first_exercise_is_copied_as_it_is():
    assert files_of(built(REPAIRED, PAGES).final)["usr/share/nginx/html/index.html"] == PAGES["index.html"].encode()
