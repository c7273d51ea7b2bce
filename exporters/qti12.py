"""Questions as a QTI 1.2 package in Canvas's dialect: an unpublished quiz, whose questions Canvas also files as a bank.

Questions keep their ids; Canvas updates them where the box "Overwrite assessment content with matching IDs" is ticked.
What becomes of each kind is in `exporters.qti12_items`; `changed` says what Canvas grades in another way.
"""

from xml.etree import ElementTree as ET

from exporters.lms_html import Picture, paragraphs
from exporters.packages import check_ids, package, stable_id
from exporters.qti12_items import item, reason_left_out
from exporters.qti_limits import changed_in_canvas
from exporters.xml_tree import document, element
from vlearn.exams.collection import Collection, LeftOut
from vlearn.questions.model import Question

SUFFIX = ".zip"
INSTRUCTIONS = "the description of the quiz"
_QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
_CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"


def left_out(collection: Collection) -> tuple[LeftOut, ...]:
    """Programs, and what Canvas would grade wrongly or cut short."""
    judged = ((question.id, reason_left_out(question)) for question in collection.questions)
    return tuple(LeftOut(id, reason) for id, reason in judged if reason)


def changed(collection: Collection) -> tuple[LeftOut, ...]:
    """What Canvas marks in another way."""
    kept = (q for q in collection.questions if not reason_left_out(q))
    return tuple(LeftOut(q.id, why) for q in kept if (why := changed_in_canvas(q)))


def questions(collection: Collection) -> bytes:
    """The package: manifest, quiz, its settings, and the drawings."""
    check_ids(collection)
    kept = [question for question in collection.questions if not reason_left_out(question)]
    quiz = stable_id("quiz", collection.title)
    items, pictures = [], list[Picture]()
    for question in kept:
        made, drawn = item(question)
        items.append(made)
        pictures += drawn
    assessment = element(
        "questestinterop",
        {"xmlns": _QTI},
        element(
            "assessment",
            {"ident": quiz, "title": collection.title},
            element("section", {"ident": "root_section"}, items),
        ),
    )
    return package(
        {
            "imsmanifest.xml": document(_manifest(quiz, collection.title, pictures)),
            f"{quiz}/{quiz}.xml": document(assessment),
            f"{quiz}/assessment_meta.xml": document(_settings(quiz, collection, kept)),
            **{f"images/{picture.name}": picture.svg for picture in pictures},
        }
    )


def _manifest(quiz: str, title: str, pictures: list[Picture]) -> ET.Element:
    settings = stable_id("settings", title)
    resources = [
        _resource(quiz, "imsqti_xmlv1p2", f"{quiz}/{quiz}.xml", element("dependency", {"identifierref": settings})),
        _resource(
            settings, "associatedcontent/imscc_xmlv1p1/learning-application-resource", f"{quiz}/assessment_meta.xml"
        ),
        *(_resource(stable_id(p.name), "webcontent", f"images/{p.name}") for p in pictures),
    ]
    return element(
        "manifest",
        {"xmlns": _PACKAGE, "identifier": stable_id("manifest", title)},
        element("metadata", {}, element("schema", {}, "IMS Content"), element("schemaversion", {}, "1.1.3")),
        element("organizations"),
        element("resources", {}, resources),
    )


def _resource(identifier: str, kind: str, href: str, *dependencies: ET.Element) -> ET.Element:
    attributes = {"identifier": identifier, "type": kind, "href": href}
    return element("resource", attributes, element("file", {"href": href}), *dependencies)


def _settings(quiz: str, collection: Collection, kept: list[Question]) -> ET.Element:
    points = sum(float(question.points) for question in kept)
    said = {
        "title": collection.title,
        **({"description": told} if (told := paragraphs(collection.instructions)) else {}),
        "shuffle_answers": "false",
        "scoring_policy": "keep_highest",
        "quiz_type": "assignment",
        "points_possible": f"{points:g}",
        "allowed_attempts": "1",
        "available": "false",
    }
    fields = [element(name, {}, value) for name, value in said.items()]
    return element("quiz", {"xmlns": _CANVAS, "identifier": quiz}, fields)
