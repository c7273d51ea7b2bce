"""wget and curl: one GET of HTTP."""

from collections.abc import Mapping

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.errors import NotModelled
from vlearn.sim.containers.shell.programs.options import read_options
from vlearn.sim.containers.shell.sockets import exchange, resolved
from vlearn.sim.containers.shell.streams import write_out
from vlearn.sim.containers.shell.task import Body, Task
from vlearn.sim.containers.shell.waits import Running


def _get(task: Task, url: str) -> tuple[int, str, bytes] | SystemCallFailed | None:
    """Status, reason and body that a GET gives; the refusal; or None where the name is unknown."""
    rest = url.removeprefix("http://")
    if rest == url and "://" in url:
        raise NotModelled(f"the scheme of {url}")
    place, _, path = rest.partition("/")
    name, _, port = place.partition(":")
    address = resolved(task, name)
    if address is None:
        return None
    request = f"GET /{path} HTTP/1.1\r\nHost: {place}\r\nUser-Agent: {task.name}\r\n\r\n".encode()
    try:
        answer = exchange(task, address, int(port or "80"), request)
    except SystemCallFailed as failed:
        return failed
    head, _, body = answer.partition(b"\r\n\r\n")
    words = head.partition(b"\r\n")[0].decode("utf-8", "replace").split(None, 2)
    if len(words) < 2 or not words[1].isdigit():
        return SystemCallFailed("EPROTO", "Empty reply from server")
    return int(words[1]), words[2] if len(words) > 2 else "", body


def _wget(task: Task) -> Running:
    options = read_options(task.arguments[1:], "q", "OTt", {"spider": "spider", "quiet": "q", "timeout=": "T"})
    if not options.words:
        return task.complain("missing URL")
    url = options.words[0]
    place = url.removeprefix("http://").partition("/")[0]
    found = _get(task, url)
    if found is None:
        return task.complain(f"bad address '{place.partition(':')[0]}'")
    if isinstance(found, SystemCallFailed):
        if found.name == "ETIMEDOUT":
            yield from task.sleep(float(options.get("T", "127")))
            return task.complain("download timed out")
        return task.complain(f"can't connect to remote host ({place.partition(':')[0]}): {found.strerror}")
    status, reason, body = found
    if status >= 400:
        return task.complain(f"server returned error: HTTP/1.1 {status} {reason}")
    if "spider" in options:
        return 0
    target = options.get("O") or url.rpartition("/")[2] or "index.html"
    if target == "-":
        task.write(body)
    else:
        write_out(task, target, body)
    return 0


CURL = {"ECONNREFUSED": 7, "ENETUNREACH": 7, "EHOSTUNREACH": 7, "ETIMEDOUT": 28, "EPROTO": 52}


def _curl(task: Task) -> Running:
    options = read_options(
        task.arguments[1:], "sSfIL", "om", {"fail": "f", "silent": "s", "max-time=": "m", "output=": "o"}
    )
    if not options.words:
        return task.complain("no URL specified!", 2)
    url = options.words[0]
    name, _, port = url.removeprefix("http://").partition("/")[0].partition(":")
    found = _get(task, url)
    loud = "s" not in options or "S" in options

    def fault(code: int, text: str) -> int:
        if loud:
            task.write(f"curl: ({code}) {text}\n", 2)
        return code

    if found is None:
        return fault(6, f"Could not resolve host: {name}")
    if isinstance(found, SystemCallFailed):
        if found.name == "ETIMEDOUT":
            yield from task.sleep(float(options.get("m", "127")))
            return fault(28, f"Failed to connect to {name} port {port or 80}: Connection timed out")
        if found.name == "EPROTO":
            return fault(52, "Empty reply from server")
        return fault(7, f"Failed to connect to {name} port {port or 80} after 0 ms: Couldn't connect to server")
    status, reason, body = found
    if "f" in options and status >= 400:
        return fault(22, f"The requested URL returned error: {status}")
    if "I" in options:
        task.write(f"HTTP/1.1 {status} {reason}\r\nContent-Length: {len(body)}\r\n\r\n")
    elif "o" in options:
        write_out(task, options.get("o"), body)
    else:
        task.write(body)
    return 0


PROGRAMS: Mapping[str, Body] = {
    "curl": _curl,
    "wget": _wget,
}
