"""The table of ruff's rules that `grader explain` reads, from what `ruff rule --all --output-format json` prints.

ruff rule --all --output-format json | python tests/explain/ruff_rules.py "$(ruff --version)" > reports/explain/rules.json
"""

import json
import re
import sys

FAMILIES = ("F", "B", "PLE", "SIM", "C4", "PERF", "UP", "N", "I", "E", "W", "S", "ERA", "D", "ANN")


def table(rules, version):
    """The stable rules of the families that we ask for."""
    kept = {
        rule["code"]: {
            "name": rule["name"],
            "summary": rule["summary"],
            "what": part(rule, "What it does"),
            "why": part(rule, "Why is this bad?"),
            "example": code(part(rule, "Example")),
            "fix": rule["fix"],
        }
        for rule in rules
        if rule["code"] and is_asked(rule["code"]) and "Stable" in rule["status"]
    }
    return {"source": f"{version}, MIT licence", "rules": dict(sorted(kept.items()))}


def is_asked(code):
    """Whether a rule is of one of the families."""
    return any(re.fullmatch(rf"{family}\d+", code) for family in FAMILIES)


def part(rule, heading):
    """The paragraphs below a heading."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", rule["explanation"], re.MULTILINE | re.DOTALL)
    return found[1].strip() if found else ""


def code(text):
    """Fenced blocks indented by four spaces, each a paragraph of its own; an empty line in one holds the spaces."""
    lines, inside = [], False
    for line in text.split("\n"):
        if line.startswith("```"):
            inside = not inside
            lines.append("")
        else:
            lines.append(f"    {line}" if inside else line)
    return re.sub(r"\n\n+", "\n\n", "\n".join(lines)).strip("\n")


def text(rules, version):
    """The table as it is written."""
    return json.dumps(table(rules, version), indent=1) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text(json.load(sys.stdin), sys.argv[1]))
