"""Writes the doctor's report for machines: JSON and JUnit's XML."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from xml.etree import ElementTree

from mwaa_ecs.doctor.registry import CATEGORIES, Check
from mwaa_ecs.doctor.results import Result, Status
from mwaa_ecs.doctor.runner import Report


def as_json(report: Report, checks: Mapping[str, Check]) -> str:
    """Return the report as JSON."""
    results = [
        {**asdict(one), "category": one.category, "link": checks[one.check].link}
        for one in report.results
    ]
    counts = {status.value: report.count(status) for status in Status}
    return json.dumps({"counts": counts, "calls": report.calls, "results": results}, indent=2)


def as_junit(report: Report, checks: Mapping[str, Check]) -> str:
    """Return the report as JUnit's XML: a suite a category, a case a result."""
    suites = ElementTree.Element("testsuites", name="mwaa-ecs doctor")
    for category in CATEGORIES:
        found = [one for one in report.results if one.category == category]
        if not found:
            continue
        suite = ElementTree.SubElement(
            suites,
            "testsuite",
            name=category,
            tests=str(len(found)),
            failures=str(sum(one.status is Status.FAIL for one in found)),
            skipped=str(sum(one.status in (Status.SKIP, Status.UNKNOWN) for one in found)),
        )
        for result in found:
            _add_case(suite, result, checks[result.check])
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _add_case(suite: ElementTree.Element, result: Result, check: Check) -> None:
    tasks = f" ({', '.join(result.tasks)})" if result.tasks else ""
    case = ElementTree.SubElement(
        suite, "testcase", name=f"{result.check}{tasks}", classname=result.category
    )
    text = "\n".join(filter(None, (result.fact, *result.about, result.fix, check.link)))
    if result.status is Status.FAIL:
        ElementTree.SubElement(case, "failure", message=result.fact).text = text
    elif result.status in (Status.SKIP, Status.UNKNOWN):
        ElementTree.SubElement(case, "skipped", message=f"{result.status}: {result.fact}")
    elif result.status is Status.WARN:
        ElementTree.SubElement(case, "system-out").text = f"WARN: {text}"
