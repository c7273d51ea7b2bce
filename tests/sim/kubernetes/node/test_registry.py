import pytest

from vlearn.sim.images.errors import InvalidReference
from vlearn.sim.kubernetes.node.images import CATALOGUE, Image, Program, Registry
from vlearn.sim.kubernetes.node.images.registry import refusal

TAGS = [
    ("nginx", True),
    ("nginx:1.29", True),
    ("nginx:1.14.2", True),
    ("nginx:1.27-alpine", True),
    ("nginx:alpine", True),
    ("nginx:1.161", False),  # the misspelt 1.16.1 of every tutorial
    ("nginx:nosuchtag", False),
    ("docker.io/library/nginx:1.29", True),
    ("redis:8", True),
    ("redis:9", False),
    ("mycompany/shop:v7", True),
    ("registry.example/does-not-exist:v1", False),
    (f"nginx@sha256:{'0' * 64}", True),
]


@pytest.mark.parametrize(("name", "there"), TAGS)
def test_an_image_can_be_pulled_if_its_tag_has_been_published(name, there):
    assert (refusal(name, Registry()) == "") is there


def test_a_refusal_is_worded_as_the_runtime_words_it():
    assert "code = NotFound" in refusal("nginx:1.161", Registry())
    assert "pull access denied" in refusal("nosuchimage", Registry())
    assert "i/o timeout" in refusal("nginx", Registry().cut_off())
    assert "registry-1.docker.io" in refusal("nginx", Registry().cut_off())


COMMANDS = [  # image, command, args: seconds until the end, code
    ("busybox", (), (), 0, 0),
    ("busybox", (), ("sleep", "3"), 3, 0),
    ("busybox", ("sh", "-c"), ("exit 4",), 0, 4),
    ("busybox", ("nosuch",), (), 0, 128),
    ("busybox", ("/bin/nosuch",), (), 0, 128),
    ("nginx", (), (), None, 0),
    ("nginx", (), ("-g", "daemon off;"), None, 0),
    ("nginx", ("nginx", "-g", "daemon off;"), (), None, 0),
    ("nginx", ("sleep", "1"), (), 1, 0),
    ("nginx", ("nosuch",), (), 0, 128),
    ("perl:5.34", ("perl", "-Mbignum=bpi", "-wle", "print bpi(2000)"), (), 5, 0),
    ("mycompany/shop", ("serve",), (), None, 0),
    ("mycompany/shop", (), ("--port=80",), None, 0),
    ("hello-world", (), (), 0, 0),
]


@pytest.mark.parametrize(("image", "command", "args", "ends", "code"), COMMANDS)
def test_a_command_takes_the_place_of_the_images_own_program(image, command, args, ends, code):
    container = {"image": image, "command": list(command), "args": list(args)}
    program = Registry().program(container)
    assert (program.exits, program.code) == (ends, code)


def test_a_command_that_the_image_lacks_cannot_be_started():
    program = Registry().program({"image": "busybox", "command": ["nosuch"]})
    assert program.refused.endswith('exec: "nosuch": executable file not found in $PATH: unknown')


def test_a_lesson_can_replace_one_tag_or_all_tags_and_the_old_registry_stays():
    crash = Image(Program(exits=3.0, code=1))
    old = Registry()
    new = old.with_image("nginx:1.29", crash)
    assert new.image("nginx:1.29") is crash
    assert new.image("nginx:1.28") is old.image("nginx:1.29") is CATALOGUE["nginx"]
    assert old.with_image("nginx", crash).image("docker.io/library/nginx:1.14") is crash
    assert refusal("shop:v2", old.without("shop:v2"))


def test_a_name_that_is_none_is_refused():
    with pytest.raises(InvalidReference):
        Registry().with_image("Nginx", Image())
