"""Runs upstream's tables on the API's own values: quantities, percentages, selectors, names, taints."""

from collections.abc import Callable, Mapping
from typing import Any

from vlearn.sim.kubernetes.api import (
    Quantity,
    Refused,
    Requirement,
    Selector,
    dns1035_label,
    dns1123_label,
    dns1123_subdomain,
    is_percent,
    label_value,
    parse_quantity,
    parse_selector,
    port_name,
    port_number,
    qualified_name,
    requirement,
    same_taint,
    scaled,
    taint_text,
    tolerates,
)
from vlearn.sim.kubernetes.api.quantity import split

Run = Callable[[Any], str | None]


def _differs(ours: object, theirs: object) -> str | None:
    return None if ours == theirs else f"the model says {ours!r}, upstream {theirs!r}"


def _or_refused(compute: Callable[[], Any]) -> Any:
    try:
        return compute()
    except Refused:
        return Refused


def _canonical(data: Mapping[str, Any]) -> str | None:
    quantity = parse_quantity(data["in"].strip('"').strip())
    alternate = parse_quantity(data.get("alternate") or data["in"].strip('"').strip())
    return _differs((str(quantity), alternate), (data["expect"], quantity))


def _parts(data: Mapping[str, Any]) -> str | None:
    negative, digits, decimals, suffix = split(data["input"])
    return _differs(
        (not negative, digits, decimals, suffix), tuple(data[k] for k in ("positive", "num", "denom", "suffix"))
    )


def _invalid(text: str) -> str | None:
    return _differs(_or_refused(lambda: parse_quantity(text)), Refused)


def _of_milli(data: Mapping[str, Any]) -> str | None:
    family = data["format"] if data["format"] in ("DecimalSI", "BinarySI") else "DecimalExponent"
    return _differs(str(Quantity(data["value"] * 10**6, family)), data["expect"])


def _compared(data: Mapping[str, Any]) -> str | None:
    a, b = parse_quantity(data["a"]), parse_quantity(data["b"])
    return _differs((a > b) - (a < b), data["cmp"])


def _scaled_value(data: Mapping[str, Any]) -> str | None:
    one = Quantity(10 ** (9 + data["fromScale"]))
    return _differs(one.at_scale(data["toScale"]), data["expected"])


def _percentage(data: Mapping[str, Any]) -> str | None:
    found = _or_refused(lambda: scaled(data["input"], data.get("total", 100), data.get("roundUp", True)))
    return _differs(found, Refused if data["expectErr"] else data["expectVal"])


def _label_map(data: Mapping[str, Any]) -> str | None:
    def labels() -> Any:
        found = parse_selector(data.get("selector", "")).requirements
        if any(required.operator not in ("=", "==") for required in found):
            raise Refused("not a map of labels")
        return {required.key: required.values[0] for required in found}

    return _differs(_or_refused(labels), data["labels"] if data["valid"] else Refused)


def _conflict(data: Mapping[str, Any]) -> str | None:
    one, other = data["labels1"] or {}, data["labels2"] or {}
    return _differs(any(one[key] != other[key] for key in one.keys() & other), data["conflict"])


def _merged(data: Mapping[str, Any]) -> str | None:
    return _differs({**data["labels1"], **data["labels2"]}, data["mergedLabels"])


def _requirements(given: list[Mapping[str, Any]]) -> Selector:
    return Selector(tuple(Requirement(r["key"], r["operator"], tuple(r["strValues"] or ())) for r in given))


def _parsed(data: Mapping[str, Any]) -> str | None:
    found = _or_refused(lambda: parse_selector(data["In"]))
    return _differs(found, _requirements(data.get("Out") or []) if data["Valid"] else Refused)


def _matched(data: Mapping[str, Any]) -> str | None:
    return _differs(_requirements(data["Sel"]).matches(data["Set"]), data["Match"])


def _constructed(data: Mapping[str, Any]) -> str | None:
    found = _or_refused(lambda: requirement(data["Key"], data["Op"], tuple(data["Vals"] or ())))
    return _differs(found is not Refused, data["Success"])


def _written(data: Mapping[str, Any]) -> str | None:
    return _differs(str(_requirements(data["In"])), data["Out"])


# The rows are bare texts: whether upstream takes or refuses one stands in its test only.
_BAD_SELECTORS = ("x=a||y=b", "x==a==b", "!x=a", "x<a")


def _selector_text(text: str) -> str | None:
    found = _or_refused(lambda: str(parse_selector(text)))
    return _differs(found, Refused if text in _BAD_SELECTORS else text.replace(" ", ""))


def _name(rule: Callable[[Any], tuple[str, ...]]) -> Run:
    return lambda data: _differs(rule(data["value"]) == (), data["valid"])


RUNS: dict[str, Run] = {
    "TestQuantityString": _canonical,
    "TestParseQuantityString": _parts,
    "TestQuantityParse": _invalid,
    "TestQuantityParseEmit": _canonical,
    "TestMilliNewSet": _of_milli,
    "TestQuantityCmpInt64AndDec": _compared,
    "TestJSONWhitespace": _canonical,
    "TestScaledValue": _scaled_value,
    "TestGetIntFromIntOrPercent": _percentage,
    "TestGetIntFromIntOrString": _percentage,
    "TestLabelSelectorParse": _label_map,
    "TestLabelConflict": _conflict,
    "TestLabelMerge": _merged,
    "TestSetSelectorParser": _parsed,
    "TestRequirementSelectorMatching": _matched,
    "TestRequirementConstructor": _constructed,
    "TestToString": _written,
    "TestSelectorParse": _selector_text,
    "TestIsDNS1123Label": _name(dns1123_label),
    "TestIsDNS1123Subdomain": _name(dns1123_subdomain),
    "TestIsDNS1035Label": _name(dns1035_label),
    "TestIsValidPortNum": _name(port_number),
    "TestIsValidPortName": _name(port_name),
    "TestIsValidPercent": lambda data: _differs(is_percent(data["value"]), data["valid"]),
    "TestIsQualifiedName": _name(qualified_name),
    "TestIsValidLabelValue": _name(label_value),
    "TestTolerationToleratesTaint": lambda data: _differs(
        tolerates(data["toleration"], data["taint"]), data["expectTolerated"]
    ),
    "TestMatchTaint": lambda data: _differs(same_taint(data["taint"], data["taintToMatch"]), data["expectMatch"]),
    "TestTaintToString": lambda data: _differs(taint_text(data["taint"]), data["expectedString"]),
}
