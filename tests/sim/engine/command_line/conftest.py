"""The Engine API over a unix socket, served from a model: so the real docker client can be asked the same as ours."""

import json
import os
import re
import shutil
import socketserver
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from struct import pack
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from vlearn.sim.engine import actions
from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.command_line.process_commands import log_lines
from vlearn.sim.engine.command_line.ps_command import newest_first
from vlearn.sim.engine.docker import Docker
from vlearn.sim.engine.find import find_container, find_image, find_network, find_volume, image_ids, image_of
from vlearn.sim.engine.inspection import changes, inspect_container, inspect_image, inspect_network, inspect_volume
from vlearn.sim.engine.settings import Health, Mount, Port, Restart, Settings
from vlearn.sim.engine.summaries import status
from vlearn.sim.images.reference import reference

CLIENT = shutil.which("docker")
VERSION = "1.50"


def created(docker: Docker, seconds: float) -> int:
    """A moment of the model as a Unix time, just as long ago: also in a moment, when the client reads its clock."""
    while time.time() % 1 > 0.8:
        time.sleep(0.05)
    return int(time.time() - (docker.engine.now - seconds))


def summary(docker: Docker, one) -> dict:
    engine = docker.engine
    words = [f"'{word}'" if " " in word else word for word in one.arguments[1:]]
    ports = [
        {"IP": p.address, "PrivatePort": p.container, "PublicPort": p.host, "Type": p.protocol} for p in one.published
    ]
    published = {(p.container, p.protocol) for p in one.published}
    for exposed in one.exposed if one.state.running else ():
        number, _, protocol = exposed.partition("/")
        if (int(number), protocol) not in published:
            ports.append({"PrivatePort": int(number), "Type": protocol})
    return {
        "Id": one.id, "Names": [f"/{one.name}"], "Image": one.settings.image, "ImageID": one.image,
        "Command": " ".join([one.arguments[0], *words]), "Created": created(docker, one.created),
        "Ports": ports if one.state.running else [], "Labels": dict(one.settings.labels), "State": one.state.status,
        "Status": status(one, engine.now), "HostConfig": {"NetworkMode": one.settings.network},
        "NetworkSettings": {"Networks": {engine.networks[id].name: {} for id in one.endpoints}}, "Mounts": [],
    }  # fmt: skip


def moment_of(text: str) -> float:
    """Seconds since 1970 of a moment in the model's documents."""
    return datetime.fromisoformat(text).timestamp()


def images(docker: Docker) -> list[dict]:
    engine, found = docker.engine, []
    for id in image_ids(engine):
        document = inspect_image(engine, image_of(engine, id))
        age = engine.kernel.epoch + engine.now - moment_of(document["Created"])
        found.append(
            {
                **document,
                "Created": int(time.time() - age),
                "ParentId": "",
                "Labels": {},
                "SharedSize": -1,
                "Containers": -1,
            }
        )
    return found


def settings(body: dict, name: str) -> Settings:
    """Settings of the body of POST /containers/create."""
    host, health = body["HostConfig"], body.get("Healthcheck") or {}
    ports = tuple(
        Port(int(at["HostPort"] or 0), int(inside.split("/")[0]), inside.split("/")[1], at["HostIp"] or "0.0.0.0")
        for inside, places in (host.get("PortBindings") or {}).items()
        for at in places
    )
    mounts = []
    for bind in host.get("Binds") or ():
        source, target, *modes = bind.split(":")
        mounts.append(Mount("bind" if source.startswith("/") else "volume", source, target, "ro" in modes))
    mounts += [Mount("volume", "", target) for target in body.get("Volumes") or ()]
    restart = host.get("RestartPolicy") or {}
    return Settings(
        body["Image"], tuple(body.get("Cmd") or ()), name=name,
        entrypoint=tuple(body["Entrypoint"]) if body.get("Entrypoint") else None,
        hostname=body.get("Hostname", ""), user=body.get("User", ""), directory=body.get("WorkingDir", ""),
        environment=tuple(body.get("Env") or ()), labels=tuple((body.get("Labels") or {}).items()),
        mounts=tuple(mounts),
        network={"": "bridge", "default": "bridge"}.get(host["NetworkMode"], host["NetworkMode"]), ports=ports,
        restart=Restart(restart.get("Name") or "no", restart.get("MaximumRetryCount", 0)), remove=host["AutoRemove"],
        memory=host["Memory"], cpus=host["NanoCpus"] / 1e9, pids_limit=max(host.get("PidsLimit") or 0, 0),
        privileged=host["Privileged"], read_only=host["ReadonlyRootfs"],
        health=Health(tuple(health["Test"])) if health.get("Test") else None, stop_signal=body.get("StopSignal", ""),
    )  # fmt: skip


class Api:
    """The routes: a method and a pattern, and what is answered; a DaemonError becomes its status and message."""

    def __init__(self, docker: Docker) -> None:
        self.docker = docker
        self.routes: list[tuple[str, str, Callable]] = [
            ("GET", r"/_ping", lambda q, b: (200, b"OK")),
            (
                "GET",
                r"/version",
                lambda q, b: (200, {"Version": "28.2.2", "ApiVersion": VERSION, "Os": "linux", "Arch": "amd64"}),
            ),
            ("GET", r"/containers/json", self.containers),
            (
                "GET",
                r"/containers/([^/]+)/json",
                lambda q, b, id: (200, inspect_container(self.engine, find_container(self.engine, id))),
            ),
            ("GET", r"/containers/([^/]+)/changes", self.changes),
            ("GET", r"/containers/([^/]+)/logs", self.logs),
            ("POST", r"/containers/create", self.create),
            ("POST", r"/containers/([^/]+)/start", lambda q, b, id: self.do(actions.Start(id), 204)),
            (
                "POST",
                r"/containers/([^/]+)/stop",
                lambda q, b, id: self.do(actions.Stop(id, float(q["t"]) if "t" in q else None), 204),
            ),
            ("POST", r"/containers/([^/]+)/restart", lambda q, b, id: self.do(actions.RestartContainer(id), 204)),
            (
                "POST",
                r"/containers/([^/]+)/kill",
                lambda q, b, id: self.do(actions.Kill(id, q.get("signal") or "SIGKILL"), 204),
            ),
            ("POST", r"/containers/([^/]+)/pause", lambda q, b, id: self.do(actions.Pause(id), 204)),
            ("POST", r"/containers/([^/]+)/unpause", lambda q, b, id: self.do(actions.Unpause(id), 204)),
            ("POST", r"/containers/([^/]+)/rename", lambda q, b, id: self.do(actions.Rename(id, q["name"]), 204)),
            ("POST", r"/containers/([^/]+)/wait", self.wait),
            (
                "DELETE",
                r"/containers/([^/]+)",
                lambda q, b, id: self.do(actions.Remove(id, q.get("force") == "1", q.get("v") == "1"), 204),
            ),
            ("GET", r"/images/json", self.images),
            (
                "GET",
                r"/(?:services|secrets|configs|nodes|tasks)/.*",
                lambda q, b: (503, {"message": "This node is not a swarm manager."}),
            ),
            ("GET", r"/info", lambda q, b: (200, {"Swarm": {"LocalNodeState": "inactive"}})),
            ("GET", r"/plugins/json", lambda q, b: (200, [])),
            ("GET", r"/plugins/([^/]+)/json", lambda q, b, id: (404, {"message": f"plugin {id} not found"})),
            (
                "GET",
                r"/images/(.+)/json",
                lambda q, b, id: (200, inspect_image(self.engine, find_image(self.engine, id))),
            ),
            ("GET", r"/images/(.+)/history", self.history),
            ("POST", r"/images/(.+)/tag", lambda q, b, id: self.do(actions.Tag(id, f"{q['repo']}:{q['tag']}"), 201)),
            ("DELETE", r"/images/(.+)", self.remove_image),
            (
                "GET",
                r"/networks",
                lambda q, b: (200, [inspect_network(self.engine, one) for one in self.engine.networks.values()]),
            ),
            (
                "GET",
                r"/networks/([^/]+)",
                lambda q, b, id: (200, inspect_network(self.engine, find_network(self.engine, id))),
            ),
            (
                "POST",
                r"/networks/create",
                lambda q, b: (201, {"Id": self.docker.ask(actions.CreateNetwork(b["Name"])), "Warning": ""}),
            ),
            ("POST", r"/networks/([^/]+)/connect", lambda q, b, id: self.do(actions.Connect(id, b["Container"]), 200)),
            (
                "POST",
                r"/networks/([^/]+)/disconnect",
                lambda q, b, id: self.do(actions.Disconnect(id, b["Container"]), 200),
            ),
            ("DELETE", r"/networks/([^/]+)", lambda q, b, id: self.do(actions.RemoveNetwork(id), 204)),
            (
                "GET",
                r"/volumes",
                lambda q, b: (
                    200,
                    {"Volumes": [inspect_volume(self.engine, one) for one in self.engine.volumes.values()]},
                ),
            ),
            (
                "GET",
                r"/volumes/([^/]+)",
                lambda q, b, id: (200, inspect_volume(self.engine, find_volume(self.engine, id))),
            ),
            ("POST", r"/volumes/create", self.create_volume),
            (
                "DELETE",
                r"/volumes/([^/]+)",
                lambda q, b, id: self.do(actions.RemoveVolume(id, q.get("force") == "1"), 204),
            ),
        ]

    @property
    def engine(self):
        return self.docker.engine

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, object]:
        parts = urlsplit(target)
        path = re.sub(r"^/v[\d.]+", "", unquote(parts.path))
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        for verb, pattern, handle in self.routes:
            match = re.fullmatch(pattern, path)
            if match and verb == method:
                try:
                    return handle(query, json.loads(body) if body else {}, *match.groups())
                except DaemonError as error:
                    return error.status if error.status >= 400 else 500, {"message": error.message}
        return 404, {"message": "page not found"}

    def do(self, action, status: int) -> tuple[int, object]:
        self.docker.ask(action)
        return status, b"" if status == 204 else {}

    def containers(self, query, body):
        wanted = json.loads(query.get("filters", "{}"))
        found = newest_first(self.engine)
        if query.get("all") != "1" and "status" not in wanted and "limit" not in query:
            found = [one for one in found if one.state.running]
        for name, test in (
            ("name", lambda one, value: value in one.name),
            ("status", lambda one, value: one.state.status == value),
            ("label", lambda one, value: value in [f"{k}={v}" for k, v in one.settings.labels]),
        ):
            if name in wanted:
                found = [one for one in found if any(test(one, value) for value in wanted[name])]
        if int(query.get("limit", "-1")) > 0:
            found = found[: int(query["limit"])]
        return 200, [summary(self.docker, one) for one in found]

    def images(self, query, body):
        names = json.loads(query.get("filters", "{}")).get("reference")
        found = images(self.docker)
        return 200, [one for one in found if not names or any(tag.split(":")[0] in names for tag in one["RepoTags"])]

    def changes(self, query, body, id):
        kinds = {"C": 0, "A": 1, "D": 2}
        return 200, [
            {"Kind": kinds[kind], "Path": path} for kind, path in changes(self.engine, find_container(self.engine, id))
        ]

    def logs(self, query, body, id):
        lines = log_lines(find_container(self.engine, id))
        if query.get("tail", "all") not in ("all", ""):
            lines = lines[len(lines) - int(query["tail"]) :]
        return 200, b"".join(pack(">BxxxL", stream, len(text.encode())) + text.encode() for _, stream, text in lines)

    def create(self, query, body):
        find_image(self.engine, body["Image"])
        return 201, {"Id": self.docker.ask(actions.Create(settings(body, query.get("name", "")))), "Warnings": []}

    def wait(self, query, body, id):
        return 200, {"StatusCode": self.docker.ask(actions.Wait(id))}

    def history(self, query, body, id):
        image = find_image(self.engine, id)
        sizes = [layer.size for layer in image.manifest.layers]
        lines = []
        for line in image.configuration.history:
            size = 0 if line.empty_layer else sizes.pop(0)
            age = self.engine.kernel.epoch + self.engine.now - moment_of(line.created)
            lines.append(
                {
                    "Id": "<missing>",
                    "Created": int(time.time() - age),
                    "CreatedBy": line.created_by,
                    "Size": size,
                    "Comment": line.comment,
                    "Tags": None,
                }
            )
        lines[-1]["Id"] = image.id
        return 200, lines[::-1]

    def remove_image(self, query, body, id):
        done = self.docker.ask(actions.RemoveImage(id, query.get("force") == "1"))
        return 200, [{what: name if name.startswith("sha256:") else reference(name).familiar} for what, name in done]

    def create_volume(self, query, body):
        name = self.docker.ask(actions.CreateVolume(body.get("Name", "")))
        return 201, inspect_volume(self.engine, find_volume(self.engine, name))


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


@pytest.fixture
def real_docker(tmp_path: Path) -> Iterator[Callable[..., subprocess.CompletedProcess]]:
    """The real client, asked about a model: `real_docker(docker, "ps", "-a")`."""
    if CLIENT is None:
        pytest.skip("the docker client is not installed")
    apis: dict[str, Api] = {}
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def address_string(self) -> str:
            return "unix"

        def log_message(self, *_: object) -> None:
            pass

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with lock:
                status, answer = apis["now"].answer("GET" if self.command == "HEAD" else self.command, self.path, body)
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            kind = "application/vnd.docker.multiplexed-stream" if "/logs" in self.path else "application/json"
            for name, value in (
                ("Api-Version", VERSION),
                ("Ostype", "linux"),
                ("Content-Type", kind),
                ("Server", "Docker/28.2.2 (linux)"),
            ):
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with suppress(BrokenPipeError):  # a client that has its error does not read on
                self.wfile.write(b"" if self.command == "HEAD" else content)

        do_GET = do_POST = do_DELETE = do_HEAD = handle_any  # noqa: N815 - the names of http.server

    path = tmp_path / "docker.sock"
    with Server(str(path), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()

        def ask(docker: Docker | None, *words: str) -> subprocess.CompletedProcess:
            if docker is not None:
                apis["now"] = Api(docker)
            place = {
                "DOCKER_HOST": f"unix://{path}" if docker else "unix:///nowhere",
                "DOCKER_CONFIG": str(tmp_path),
                "HOME": str(tmp_path),
            }
            return subprocess.run(
                [CLIENT, *words],
                env={"PATH": os.environ["PATH"], **place},
                capture_output=True,
                text=True,
                check=False,
                timeout=20,
            )

        yield ask
        server.shutdown()
        thread.join()
