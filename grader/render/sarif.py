"""SARIF 2.1.0: findings for code scanning. Pure."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote as percent

from grader.render.escape import visible
from grader.results.model import Finding, Results

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"info": "note", "low": "note", "medium": "warning", "high": "error"}
_RISK = {"info": "1.0", "low": "3.0", "medium": "5.5", "high": "8.0"}
_MOST, _MESSAGE = 5000, 1000
_ORDER = ("high", "medium", "low", "info")


def render(results: Results) -> str:
    """Return the document: the worst findings first, at most 5,000, with a notice of what is left out."""
    ordered = sorted(results.findings, key=lambda finding: _ORDER.index(finding.severity))
    shown = ordered[:_MOST]
    rules = list(dict.fromkeys(finding.rule for finding in shown))
    texts = {source.path: source.text.split("\n") for source in results.sources}
    run = {
        "tool": {"driver": _driver(results, rules, shown)},
        "automationDetails": {"id": f"grader/{results.assignment.id}/"},
        "invocations": [_invocation(results, len(ordered) - len(shown))],
        "columnKind": "unicodeCodePoints",
        "properties": {"glass": results.glass, "verdict": results.verdict},
        "results": [_result(f, rules, mark) for f, mark in zip(shown, _fingerprints(shown, texts), strict=True)],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _driver(results: Results, rules: list[str], findings: list[Finding]) -> dict[str, Any]:
    first = {finding.rule: finding for finding in reversed(findings)}
    return {
        "name": "grader",
        "version": results.provenance.grader,
        "informationUri": "https://docs.astral.sh/ruff/rules/",
        "rules": [_rule(rule, first[rule]) for rule in rules],
    }


def _rule(rule: str, finding: Finding) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": rule,
        "shortDescription": {"text": f"{finding.tool} {rule}"},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
        "properties": {"tags": [finding.tool]},
    }
    if finding.url:
        described["helpUri"] = finding.url
    if rule.startswith("S") and rule[1:].isdigit():
        described["properties"] |= {"tags": [finding.tool, "security"], "security-severity": _RISK[finding.severity]}
    return described


def _result(finding: Finding, rules: list[str], fingerprint: str) -> dict[str, Any]:
    uri = percent(finding.path.encode("utf-8", "surrogateescape"), safe="/")
    return {
        "ruleId": finding.rule,
        "ruleIndex": rules.index(finding.rule),
        "level": _LEVELS[finding.severity],
        "message": {"text": visible(finding.message[:_MESSAGE])},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": max(1, finding.line), "startColumn": max(1, finding.column)},
                }
            }
        ],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
    }


def _fingerprints(findings: list[Finding], texts: Mapping[str, list[str]]) -> list[str]:
    """By path, rule and the line's text, so that lines inserted above change none; equal ones are counted."""
    seen: Counter[str] = Counter()
    marks = []
    for finding in findings:
        lines = texts.get(finding.path, [])
        line = lines[finding.line - 1].strip() if finding.line <= len(lines) else ""
        raw = "\0".join((finding.path, finding.rule, line)).encode("utf-8", "surrogatepass")
        mark = hashlib.sha256(raw).hexdigest()[:16]
        seen[mark] += 1
        marks.append(f"{mark}:{seen[mark]}")
    return marks


def _invocation(results: Results, more: int) -> dict[str, Any]:
    provenance = results.provenance
    notices = [{"level": "note", "message": {"text": f"{more} findings more, of lower severity"}}] if more else []
    return {
        "executionSuccessful": provenance.analysed == provenance.analysable,
        "toolExecutionNotifications": notices,
    }
