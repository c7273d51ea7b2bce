"""Questions as a QTI 2.1 content package: a test, an item for each question, and their drawings.

Ids are kept, with `q-` before them, for an identifier begins with a letter. The rules that
grade are in `exporters.qti21_items`, and `changed` says where they are not those of `vlearn`.
"""

from xml.etree import ElementTree as ET

from exporters.lms_html import Picture
from exporters.packages import check_ids, package, stable_id
from exporters.qti21_items import item
from exporters.qti21_parts import flow
from exporters.qti_limits import changed_in_qti21, not_in_qti21
from exporters.xml_tree import document, element
from vlearn.blocks import Text
from vlearn.exams.collection import Collection, LeftOut
from vlearn.render.html import to_html

SUFFIX = ".zip"
INSTRUCTIONS = "the rubric of the test's section"
_QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
_PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"


def left_out(collection: Collection) -> tuple[LeftOut, ...]:
    """Programs, and what a system of QTI 2.1 would grade wrongly."""
    judged = ((question.id, not_in_qti21(question)) for question in collection.questions)
    return tuple(LeftOut(id, reason) for id, reason in judged if reason)


def changed(collection: Collection) -> tuple[LeftOut, ...]:
    """What such a system marks in another way."""
    kept = (q for q in collection.questions if not not_in_qti21(q))
    return tuple(LeftOut(q.id, why) for q in kept if (why := changed_in_qti21(q)))


def questions(collection: Collection) -> bytes:
    """The package: manifest, test, items, drawings."""
    check_ids(collection)
    made = {q.id: item(q) for q in collection.questions if not not_in_qti21(q)}
    pictures = [picture for _, drawn in made.values() for picture in drawn]
    return package(
        {
            "imsmanifest.xml": document(_manifest(collection.title, made)),
            "test.xml": document(_test(collection, list(made))),
            **{f"items/{id}.xml": document(root) for id, (root, _) in made.items()},
            **{f"images/{picture.name}": picture.svg for picture in pictures},
        }
    )


def _test(collection: Collection, ids: list[str]) -> ET.Element:
    title, told = collection.title, flow(to_html((Text(collection.instructions),)))
    rubric = [element("rubricBlock", {"view": "candidate"}, told)] if told else []
    items = [element("assessmentItemRef", {"identifier": f"q-{id}", "href": f"items/{id}.xml"}) for id in ids]
    seen = {"identifier": "section", "title": title, "visible": "true" if told else "false"}
    section = element("assessmentSection", seen, rubric, items)
    part = {"identifier": "part", "navigationMode": "nonlinear", "submissionMode": "individual"}
    said = {"xmlns": _QTI, "identifier": stable_id("test", title), "title": title}
    return element("assessmentTest", said, element("testPart", part, section))


def _manifest(title: str, made: dict[str, tuple[ET.Element, tuple[Picture, ...]]]) -> ET.Element:
    needed = [element("dependency", {"identifierref": f"resource-{id}"}) for id in made]
    resources = [_resource(stable_id("test", title), "imsqti_test_xmlv2p1", ["test.xml"], needed)]
    for id, (_, pictures) in made.items():
        files = [f"items/{id}.xml", *(f"images/{picture.name}" for picture in pictures)]
        resources.append(_resource(f"resource-{id}", "imsqti_item_xmlv2p1", files, []))
    return element(
        "manifest",
        {"xmlns": _PACKAGE, "identifier": stable_id("manifest", title)},
        element("metadata", {}, element("schema", {}, "QTIv2.1 Package"), element("schemaversion", {}, "1.0.0")),
        element("organizations"),
        element("resources", {}, resources),
    )


def _resource(identifier: str, kind: str, files: list[str], needed: list[ET.Element]) -> ET.Element:
    listed = [element("file", {"href": file}) for file in files]
    return element("resource", {"identifier": identifier, "type": kind, "href": files[0]}, listed, needed)
