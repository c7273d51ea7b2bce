"""Programs that run on: httpd, nginx, redis-server, `python3 -m http.server`, and redis-cli to talk to one.

They are their own protocol and their behaviour on signals, no more: nginx has no configuration file, redis knows
PING, SET, GET, INCR, DEL and KEYS. Each is one process.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.errors import NotModelled
from vlearn.sim.containers.shell.programs.options import read_options
from vlearn.sim.containers.shell.sockets import exchange, listen, resolved
from vlearn.sim.containers.shell.task import Body, Task
from vlearn.sim.containers.shell.waits import Running, Wait

REASONS = {200: "OK", 403: "Forbidden", 404: "Not Found"}
HTML = "/usr/share/nginx/html"


def serve(task: Task, endings: Mapping[str, int]) -> Running:
    """Wait for signals; the exit code of the first that ends it."""
    for signal in endings:
        task.host.sigaction(task.pid, signal, "handle")
    while True:
        yield Wait(interruptible=True, what="requests")
        for signal in task.signals():
            if signal in endings:
                return endings[signal]


def pages(task: Task, root: str, log: Callable[[str, int, int], str]) -> Callable[[bytes], bytes]:
    """A server of the files below a directory, which prints a line for each request."""

    def answer(request: bytes) -> bytes:
        words = request.partition(b"\r\n")[0].decode("utf-8", "replace").split()
        path = words[1].partition("?")[0] if len(words) > 1 else "/"
        parts = [part for part in path.split("/") if part not in ("", ".")]
        target = f"{root.rstrip('/')}/{'/'.join(part for part in parts if part != '..')}"
        status, body = 200, b""
        try:
            if task.host.stat(task.pid, target).kind == "dir":
                target = f"{target.rstrip('/')}/index.html"
            body = task.host.read_file(task.pid, target)
        except SystemCallFailed as failed:
            status = 403 if failed.name == "EACCES" else 404
            body = f"<html><head><title>{status} {REASONS[status]}</title></head></html>\r\n".encode()
        task.say(log(words[0] if words else "GET", status, len(body)).replace("PATH", path))
        head = f"HTTP/1.1 {status} {REASONS[status]}\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body

    return answer


def _clock(task: Task, pattern: str) -> str:
    return datetime.fromtimestamp(task.host.kernel.epoch + task.host.kernel.now, UTC).strftime(pattern)


def _nginx(task: Task) -> Running:
    options = read_options(task.arguments[1:], "tvq", "gc")
    if "v" in options:
        task.write("nginx version: nginx/1.27.3\n", 2)
        return 0
    if "c" in options:
        raise NotModelled("a configuration file")
    if "t" in options:
        task.write("nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n", 2)
        return 0

    def log(verb: str, status: int, size: int) -> str:
        return f'- - - [{_clock(task, "%d/%b/%Y:%H:%M:%S +0000")}] "{verb} PATH HTTP/1.1" {status} {size} "-" "-" "-"'

    def life(own: Task) -> Running:
        try:
            listen(own, 80, pages(own, HTML, log))
        except SystemCallFailed as failed:
            number = f"({failed.errno}: {failed.strerror})"
            verb = "bind() to 0.0.0.0:80 failed"
            who, when = own.process.number, _clock(own, "%Y/%m/%d %H:%M:%S")
            own.write(f"{when} [emerg] {who}#{who}: {verb} {number}\n", 2)
            return 1
        return (yield from serve(own, {"SIGTERM": 0, "SIGQUIT": 0, "SIGINT": 0}))

    if "daemon off" in options.get("g"):
        return (yield from life(task))
    task.fork(life)  # it goes into the background: a container whose pid 1 this was ends here
    return 0


def _httpd(task: Task) -> Running:
    options = read_options(task.arguments[1:], "fv", "ph")
    port = options.get("p", "80").rpartition(":")[2]
    root = options.get("h", ".")

    def life(own: Task) -> Running:
        try:
            listen(own, int(port), pages(own, root, lambda verb, status, size: f"{verb} PATH {status}"))
        except SystemCallFailed as failed:
            return own.complain(f"bind: {failed.strerror}")
        return (yield from serve(own, {}))

    if "f" in options:
        return (yield from life(task))
    task.fork(life)
    return 0


def _python(task: Task) -> Running:
    words = task.arguments[1:]
    if words in (("-V",), ("--version",)):
        task.say("Python 3.13.1")
        return 0
    if words[:2] != ("-m", "http.server"):
        raise NotModelled("Python itself: only `python3 -m http.server [PORT]`")
    port = int(words[2]) if len(words) > 2 and words[2].isdigit() else 8000

    def log(verb: str, status: int, size: int) -> str:
        return f'- - [{_clock(task, "%d/%b/%Y %H:%M:%S")}] "{verb} PATH HTTP/1.1" {status} -'

    try:
        listen(task, port, pages(task, ".", log))
    except SystemCallFailed as failed:
        task.write(f"OSError: [Errno {failed.errno}] {failed.strerror}\n", 2)
        return 1
    task.say(f"Serving HTTP on 0.0.0.0 port {port} (http://0.0.0.0:{port}/) ...")
    return (yield from serve(task, {}))


def _redis(task: Task) -> Running:
    options = read_options(task.arguments[1:], "", "p", {"port=": "p", "save=": "s", "appendonly=": "a", "bind=": "b"})
    port, values = int(options.get("p", "6379")), dict[str, str]()
    mark = f"{task.process.number}:M {_clock(task, '%d %b %Y %H:%M:%S')}.000"
    try:
        listen(task, port, lambda content: _redis_answer(values, content.decode("utf-8", "replace").split()).encode())
    except SystemCallFailed as failed:
        task.say(f"{mark} # Warning: Could not create server TCP listening socket *:{port}: bind: {failed.strerror}")
        task.say(f"{mark} # Failed listening on port {port} (tcp), aborting.")
        return 1
    task.say(f"{mark} * Ready to accept connections tcp")
    code = yield from serve(task, {"SIGTERM": 0, "SIGINT": 0})
    task.say(
        f"{task.process.number}:M {_clock(task, '%d %b %Y %H:%M:%S')}.000 # Redis is now ready to exit, bye bye..."
    )
    return code


def _redis_answer(values: dict[str, str], words: list[str]) -> str:
    match [words[0].upper() if words else "", *words[1:]]:
        case ["PING"]:
            return "PONG"
        case ["SET", name, value]:
            values[name] = value
            return "OK"
        case ["GET", name]:
            return values.get(name, "")
        case ["INCR", name] if values.get(name, "0").removeprefix("-").isdigit():
            values[name] = str(int(values.get(name, "0")) + 1)
            return values[name]
        case ["INCR", _]:
            return "(error) ERR value is not an integer or out of range"
        case ["DEL", *names]:
            return str(sum(values.pop(name, None) is not None for name in names))
        case ["KEYS", "*"]:
            return "\n".join(sorted(values))
    return f"(error) ERR unknown command '{words[0] if words else ''}'"


def _redis_client(task: Task) -> Running:
    yield from ()
    options = read_options(task.arguments[1:], "", "hp", stop=True)
    name, port = options.get("h", "127.0.0.1"), int(options.get("p", "6379"))
    address = resolved(task, name)
    if address is None:
        task.write(f"Could not connect to Redis at {name}:{port}: Name or service not known\n", 2)
        return 1
    try:
        task.say(exchange(task, address, port, " ".join(options.words).encode()).decode("utf-8", "replace"))
    except SystemCallFailed as failed:
        task.write(f"Could not connect to Redis at {name}:{port}: {failed.strerror}\n", 2)
        return 1
    return 0


PROGRAMS: Mapping[str, Body] = {
    "httpd": _httpd,
    "nginx": _nginx,
    "python3": _python,
    "redis-cli": _redis_client,
    "redis-server": _redis,
}
