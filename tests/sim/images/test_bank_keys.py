"""The keys of the questions on images, builds and registries are what the models do."""

import tarfile
from dataclasses import replace
from functools import cache, partial
from io import BytesIO

import pytest
from immutables import Map

from vlearn.questions.bank import load_bank
from vlearn.sim.files.entries import filesystem_of
from vlearn.sim.images.builder.build import build
from vlearn.sim.images.builder.state import Build, Builder
from vlearn.sim.images.builder.union import image_files
from vlearn.sim.images.dockerfile.parse import parse
from vlearn.sim.images.errors import DockerfileError
from vlearn.sim.images.oci.documents import LAYER_GZIP, Configuration, Descriptor, RootFS
from vlearn.sim.images.oci.entry import Entry
from vlearn.sim.images.oci.image import Images
from vlearn.sim.images.oci.write_tar import compressed, digest, tar_of
from vlearn.sim.images.reference import reference
from vlearn.sim.images.registry.state import Exchange
from vlearn.sim.images.registry.transfer import Pull, Push, transfer
from vlearn.trace import run


@cache
def bank():
    return load_bank()


def answer(name):
    return bank()[name].make(None).answer


def code_of(name):
    """The Dockerfile in a question's prompt."""
    return next(block.source for block in bank()[name].make(None).prompt if hasattr(block, "source"))


def image(images, name, *layers):
    """The images with another one, whose layers have one file each: its name, content and size follow from a text."""
    tars = [tar_of((Entry(text, "file", text.encode()),)) for text in layers]
    ids = tuple(digest(tar) for tar in tars)
    blobs = [compressed(tar) for tar in tars]
    configuration = Configuration("amd64", "linux", author=name, rootfs=RootFS("layers", ids))
    described = ((Descriptor(LAYER_GZIP, digest(blob), len(blob)), blob) for blob in blobs)
    return images.with_image(name, configuration, described)[0]


def executed(words, files, env, workdir, effect=None):
    """Any command: it leaves a file that tells of it, or has the effect that the test gives it."""
    text = words[-1]
    if effect is not None:
        return effect(files, text), "", 0
    name = "".join(letter if letter.isalnum() else "-" for letter in text)
    return files if files.kind((name,)) else files.create((name,), text.encode()), "", 0


def context(**files):
    return filesystem_of(
        {"path": name.replace("__", "/").replace("_", "."), "type": "file", "content": text}
        for name, text in files.items()
    )


def built(*actions, builder=None, effect=None):
    final = run(partial(build, run=partial(executed, effect=effect)), builder or Builder(), actions).final
    assert not final.error, final.error
    return final


def based(name, *layers):
    return Builder(images=image(Images(), str(reference(name)), *(layers or ("base",))))


def fates(final):
    """`cached` or `built` for every instruction but FROM."""
    told = [one for one in final.outcomes if not one.text.startswith("FROM")]
    return [("built", "cached")[one.cached] for one in told]


def test_what_makes_a_layer():
    key = answer("ch11-what-makes-a-layer")
    files = context(site__index_html="hello", vendor_tar_gz="an archive")
    for item, category in zip(key.items, key.key, strict=True):
        final = built(Build(parse(f"FROM base\n{item.strip('`')}"), files), builder=based("base"))
        layers = len(final.stages[-1].layers) - 1
        assert ("A new filesystem layer" if layers else "A setting in its configuration") == key.categories[category]


def test_rebuild_after_a_change():
    text = code_of("ch11-rebuild-after-a-change")
    files = context(requirements_txt="flask", app_py="print()")
    first = built(Build(parse(text), files), builder=based("python:3.12-slim"))
    changes = (
        Build(parse(text), files.write(("app.py",), b"pass")),
        Build(parse(text), files.write(("requirements.txt",), b"django")),
        Build(parse(text.replace("python -m compileall .", "pytest")), files),
    )
    rows = answer("ch11-rebuild-after-a-change").rows
    for column, change in enumerate(changes, 1):
        assert fates(built(change, builder=first))[1:] == [row[column] for row in rows], rows


def test_code_rebuilt_steps():
    for case in answer("ch11-code-rebuilt-steps").cases:
        steps, changed = eval(case.call.removeprefix("rebuilt"))
        names = sorted({name for _, files in steps for name in files})
        dockerfile = parse("\n".join(["FROM base", *(text for text, _ in steps)]))
        before, after = (context(**{name: name + edit * (name in changed) for name in names}) for edit in ("", "!"))
        final = built(Build(dockerfile, before), Build(dockerfile, after), builder=based("base"))
        texts = [one.text for one in final.outcomes if not one.cached and not one.text.startswith("FROM")]
        assert texts == eval(case.expected), case.call


def test_package_that_is_gone():
    text = code_of("ch11-package-that-is-gone")
    edited = text.replace("curl", "curl git")
    final = built(Build(parse(text)), Build(parse(edited)), builder=based("debian:12-slim"))
    assert fates(final) == ["cached", "built"]
    key = answer("ch11-package-that-is-gone")
    assert key.options[key.correct].text.startswith("The second line came from the cache")


def test_order_a_dockerfile():
    key = answer("ch11-order-a-dockerfile")
    lines = [key.items[at].strip("`") for at in key.key]
    files = context(package_json="{}", package__lock_json="{}", index_js="1")
    files = files.rename(("package", "lock.json"), ("package-lock.json",)).rmdir(("package",))
    edited = files.write(("index.js",), b"2")

    def repeated(order):
        dockerfile = parse("\n".join(order))
        final = built(Build(dockerfile, files), Build(dockerfile, edited), builder=based("node:22"))
        return fates(final).count("built")

    assert repeated(lines) == 2
    naive = [line for line in lines if "package" not in line and line != "COPY . ."]
    assert repeated([*naive[:2], "COPY . .", *naive[2:]]) == 3


def test_two_stages():
    text = code_of("ch11-two-stages")
    for number, gap in enumerate(answer("ch11-two-stages").gaps[:3], 1):
        text = text.replace(f"({number})", gap.accepted[0])

    def effect(files, command):
        assert command.endswith("go build -o /shop .")
        return files.create(("shop",), b"program", 0o755)

    final = built(Build(parse(text), context(main_go="x")), builder=based("golang:1.22"), effect=effect)
    assert image_files(final.images, final.images.of(final.image)).entries(()) == ("shop",)
    assert len(final.images.of(final.image).manifest.layers) == 1


def test_password_in_a_layer():
    def effect(files, command):
        return files.unlink(("root", ".netrc")) if command.startswith("rm") else files.mkdir(("src",))

    text = code_of("ch11-password-in-a-layer")
    final = built(Build(parse(text), context(netrc="secret")), builder=based("alpine/git"), effect=effect)
    made = final.images.of(final.image)
    layers = final.images.layers(made)
    assert image_files(final.images, made).kind(("root", ".netrc")) is None
    assert any(entry.content == b"secret" for layer in layers for entry in layer)
    key = answer("ch11-password-in-a-layer")
    assert key.options[key.correct].text.startswith("Yes.")


def test_comments_after_instructions():
    key = answer("ch11-comments-after-instructions")
    effects = {left.strip("`").split()[0]: key.right[at] for left, at in zip(key.left, key.key, strict=True)}
    lines = {left.strip("`").split()[0]: left.strip("`") for left in key.left}
    with pytest.raises(DockerfileError, match="argument"):
        parse(lines["FROM"])
    assert "too many arguments" in effects["FROM"]
    final = built(
        Build(parse("\n".join(("FROM base", lines["WORKDIR"], lines["CMD"])))),
        builder=based("base"),
    )
    config = final.stages[-1].config
    assert config.working_dir == "/srv/site  # site root"
    assert "ends with the comment" in effects["WORKDIR"]
    assert config.cmd[:2] == ("/bin/sh", "-c")
    assert "fails at its start" in effects["CMD"]


def uploads(trace, *kinds):
    """How many blobs of the last transfer were pushed, mounted and there."""
    blobs = [piece.outcome for piece in trace.final.pieces if piece.what not in ("manifest", "index")]
    return tuple(sum(outcome.startswith(kind) for outcome in blobs) for kind in kinds)


def test_blobs_to_push():
    text = code_of("ch11-blobs-to-push")
    name, files = "registry.example.org/shop", context(requirements_txt="flask", src__main_py="1")
    builder = built(Build(parse(text), files, tag=f"{name}:1"), builder=based("python:3.12-slim", "a", "b", "c"))
    exchange = run(transfer, Exchange(builder.images), [Push(f"{name}:1")]).final
    changes = (
        Build(parse(text), files.write(("src", "main.py"), b"2"), tag=f"{name}:2"),
        Build(parse(text.replace('"python",', '"python3",')), files, tag=f"{name}:2"),
        Build(parse(text), files, tag=f"{name}:2"),
    )
    for change, gap in zip(changes, answer("ch11-blobs-to-push").gaps, strict=True):
        images = built(change, builder=builder).images
        trace = run(transfer, replace(exchange, images=images), [Push(f"{name}:2")])
        assert str(uploads(trace, "Pushed")[0]) == gap.accepted[0], change


def test_five_pushes():
    home, images = "r.example.org", Images()
    for name, layers in (("shop:1", ("a", "b", "c")), ("shop:2", ("a", "b", "d")), ("web:1", ("a", "b", "e", "f"))):
        images = image(images, f"{home}/{name}", *layers)
    images = images.tag(f"{home}/shop:latest", images.names[f"{home}/shop:2"])
    images = images.tag("other.example.org/shop:1", images.names[f"{home}/shop:1"])
    exchange = Exchange(images)
    for row in answer("ch11-five-pushes").rows:
        name = row[0].rstrip("`").rpartition("`")[2]
        trace = run(transfer, exchange, [Push(name)])
        exchange = trace.final
        assert tuple(map(str, uploads(trace, "Pushed", "Mounted", "Layer already exists"))) == row[1:], row[0]


def test_pulled_to_two_hosts():
    images = image(
        image(Images(), "r.example.org/shop:1", "base", "d1", "p1"), "r.example.org/shop:2", "base", "d2", "p2"
    )
    images = image(images, "r.example.org/other:1", "base")
    names = ("r.example.org/shop:1", "r.example.org/shop:2", "r.example.org/other:1")
    pushed = run(transfer, Exchange(images), [Push(name) for name in names]).final
    fetched = 0
    for had in (names[0], names[2]):
        host = run(transfer, replace(pushed, images=Images()), [Pull(had), Pull(names[1])])
        layers = [piece.outcome for piece in host.final.pieces if piece.what == "layer"]
        assert layers == ["Already exists", "Pull complete", "Pull complete"]
        fetched += 23 + 6
    assert fetched == answer("ch11-pulled-to-two-hosts").value


def test_same_dockerfile_elsewhere():
    name, text = "registry.example.org/shop", "FROM base\nRUN pip install flask"
    exchange = Exchange()
    for second in (100, 200):

        def effect(files, command, second=second):
            return files.create(("flask",), b"the same").utime(("flask",), second)

        images = built(Build(parse(text), tag=f"{name}:{second}"), builder=based("base"), effect=effect).images
        trace = run(transfer, replace(exchange, images=images, sources=Map()), [Push(f"{name}:{second}")])
        exchange = trace.final
    layers = [piece.outcome for piece in exchange.pieces if piece.what == "layer"]
    assert sorted(layers) == ["Layer already exists", "Pushed"]
    assert answer("ch11-same-dockerfile-elsewhere").truth is False


def test_one_tag_two_programs():
    name = "registry.example.org/shop:1"
    old, new = (image(Images(), name, "base", program) for program in ("old", "new"))
    fetched = []
    exchange = Exchange()
    for images in (old, new):
        pushed = run(transfer, replace(exchange, images=images), [Push(name)]).final
        exchange = run(transfer, replace(pushed, images=Images()), [Pull(name)]).final
        fetched.append(exchange.images.image(name).id)
    assert answer("ch11-one-tag-two-programs").truth is (fetched[0] != fetched[1])


def test_full_name_of_an_image():
    name = reference("nginx")
    assert (name.registry, name.repository, name.tag) == ("docker.io", "library/nginx", "latest")
    assert answer("ch11-full-name-of-an-image").gaps[2].accepted == (name.tag,)


def test_name_in_the_archive():
    files = context(etc__app__local_conf="x")
    text = "FROM base\nCOPY etc /etc\nRUN rm /etc/app/local.conf"

    def effect(files, command):
        return files.unlink(tuple(command.removeprefix("rm /").split("/")))

    final = built(Build(parse(text), files), builder=based("base"), effect=effect)
    blob = final.images.blob(final.stages[-1].layers[-1].descriptor)
    with tarfile.open(fileobj=BytesIO(blob)) as archive:
        names = archive.getnames()
    assert answer("ch12-name-in-the-archive").accepted[0] in names


def test_image_that_grows():
    def effect(files, command):
        what = command.split()[0]
        if what == "wget":
            return files.mkdir(("tmp",)).create(("tmp", "src.tar"), b"x" * 300)
        if what == "mkdir":
            return files.mkdir(("tmp", "src")).create(("tmp", "src", "code"), b"x" * 300)
        if what == "make":
            files = files.mkdir(("usr",)).create(("usr", "program"), b"x" * 40)
            return files.create(("tmp", "src", "objects"), b"x" * 260)
        for name in ("code", "objects"):
            files = files.unlink(("tmp", "src", name))
        return files.rmdir(("tmp", "src")).unlink(("tmp", "src.tar"))

    final = built(Build(parse(code_of("ch12-image-that-grows"))), builder=based("base", "b" * 80), effect=effect)
    layers = final.images.layers(final.images.of(final.image))
    assert sum(len(entry.content) for layer in layers for entry in layer) == answer("ch12-image-that-grows").value
