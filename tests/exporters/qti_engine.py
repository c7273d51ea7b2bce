"""As much of a QTI 2.1 engine as grades an item: it runs response processing, and was written apart from the export."""

from xml.etree import ElementTree as ET

Responses = dict[str, list[str]]
NS = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"


def score(content: bytes, responses: Responses) -> tuple[float, list[str]]:
    """The score, and the feedback that is shown."""
    root = ET.fromstring(content)
    declared = {d.attrib["identifier"]: d for d in root.iter(f"{NS}responseDeclaration")}
    assert responses.keys() <= declared.keys()
    state: dict[str, list[object]] = {"SCORE": [0.0], "FEEDBACK": []}

    def correct(name: str) -> list[str]:
        return [value.text or "" for value in declared[name].iter(f"{NS}value")]

    def mapped(name: str) -> float:
        mapping = declared[name].find(f"{NS}mapping")
        assert mapping is not None
        total = 0.0
        for given in set(responses.get(name, [])):
            for entry in mapping:
                key, exact = entry.attrib["mapKey"], entry.get("caseSensitive", "true") == "true"
                if given == key or (not exact and given.lower() == key.lower()):
                    total += float(entry.attrib["mappedValue"])
                    break
            else:
                total += float(mapping.get("defaultValue", "0"))
        return max(total, float(mapping.get("lowerBound", "-inf")))

    def value(node: ET.Element) -> list[object]:
        match node.tag.removeprefix(NS), node.get("identifier", ""):
            case "variable", name:
                return list(state[name]) if name in state else list(responses.get(name, []))
            case "correct", name:
                return list(correct(name))
            case "mapResponse", name:
                return [mapped(name)]
            case "baseValue", _:
                return [float(node.text or "") if node.attrib["baseType"] == "float" else node.text]
            case "sum", _:
                return [sum(float(str(one)) for child in node for one in value(child))]
            case "multiple", _:
                return [one for child in node for one in value(child)]
            case tag, _:
                raise AssertionError(tag)

    def holds(node: ET.Element) -> bool:
        left, right = value(node[0]), value(node[1])
        if node.tag == f"{NS}match":
            kind = declared[node[0].attrib["identifier"]].attrib["cardinality"]
            return sorted(map(str, left)) == sorted(map(str, right)) if kind == "multiple" else left == right
        assert node.tag == f"{NS}equal"
        around = float(node.get("tolerance", "0 0").split()[0])
        return bool(left) and abs(float(str(left[0])) - float(str(right[0]))) <= around

    def run(rule: ET.Element) -> None:
        if rule.tag == f"{NS}setOutcomeValue":
            state[rule.attrib["identifier"]] = value(rule[0])
            return
        assert rule.tag == f"{NS}responseCondition"
        if holds(rule[0][0]):
            for inner in rule[0][1:]:
                run(inner)

    processing = root.find(f"{NS}responseProcessing")
    assert processing is not None
    for rule in processing:
        run(rule)
    return float(str(state["SCORE"][0])), [str(one) for one in state["FEEDBACK"]]
