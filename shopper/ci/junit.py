"""JUnit's XML, as the servers of continuous integration read it.

There is no standard; what is written here are the elements and attributes that all of them take:
a suite with a case for each thing that was looked at, its failure or error, and what was measured.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from shopper.ci.account import Account, Case

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no way to write, not even escaped."""
_ELEMENT = {"failed": "failure", "error": "error", "skipped": "skipped"}


def junit(account: Account) -> bytes:
    """The file's content."""
    suites = ET.Element("testsuites", _totals(account, "shopper"))
    suite = ET.SubElement(suites, "testsuite", _totals(account, account.title))
    if account.started_at is not None:
        suite.set("timestamp", account.started_at.isoformat(timespec="seconds"))
    for case in account.cases:
        _add(suite, case, account.command)
    ET.indent(suites)
    text: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _totals(account: Account, name: str) -> dict[str, str]:
    statuses = [case.status for case in account.cases]
    return {
        "name": _xml(name),
        "tests": str(len(statuses)),
        "failures": str(statuses.count("failed")),
        "errors": str(statuses.count("error")),
        "skipped": str(statuses.count("skipped")),
        "time": f"{account.seconds:.3f}",
    }


def _add(suite: ET.Element, case: Case, command: str) -> None:
    place = ".".join(filter(None, (command.replace(" ", "."), case.about)))
    element = ET.SubElement(
        suite,
        "testcase",
        {"classname": _xml(place), "name": _xml(case.name), "time": f"{case.seconds:.3f}"},
    )
    if case.status in _ELEMENT:
        told = ET.SubElement(element, _ELEMENT[case.status], {"message": _xml(case.said)})
        told.text = _xml(case.said)
    elif case.said:
        ET.SubElement(element, "system-out").text = _xml(case.said)


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
