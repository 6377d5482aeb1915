"""The end of every grading command: files in the output folder, data on stdout, the path on stderr, an exit code."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from grader.cli.options import Manner
from grader.cli.screen import screen
from grader.quote import quote
from grader.render import formats, html, terminal
from grader.results import file
from grader.results.model import Results

_CODES: Mapping[str, int] = {"accepted": 0, "failed": 0, "not_gradable": 3, "not_graded": 4}
GATE_NOT_MET = 1


def exit_code(results: Results) -> int:
    """The contract's exit code of one run: only `min_share` decides between 0 and 1."""
    if any(gate.id == "min_share" and not gate.met for gate in results.gates):
        return GATE_NOT_MET
    return _CODES[results.verdict]


def deliver(results: Results, out: Path, extra: Iterable[str], manner: Manner) -> int:
    """Write everything, show the result, and return the exit code."""
    report = write(results, out, extra, manner.lang)
    show(results, manner)
    if results.reason is not None:
        _say(f"{results.reason.code}: {quote(results.reason.message, 400)}")
    _say(str(report))
    return exit_code(results)


def write(results: Results, out: Path, extra: Iterable[str], lang: str) -> Path:
    """Write results.json, both HTML reports and the extra formats below `out`; returns the candidate report's path."""
    out.mkdir(parents=True, exist_ok=True)
    file.write(out / "results.json", results)
    return render(results, out, extra, lang)


def render(results: Results, out: Path, extra: Iterable[str], lang: str) -> Path:
    """Write both HTML reports and the extra formats; returns the candidate report's path, absolute."""
    report = out / "report.html"
    file.write_text(report, html.render(results, "candidate", lang))
    file.write_text(out / "report.reviewer.html", html.render(results, "reviewer", lang))
    for name in extra:
        chosen = formats.named(name)
        file.write_text(out / chosen.file_name, chosen.render(results, lang))
    return report.resolve()


def split(*pages: Path) -> None:
    """Part each of these pages that there is into HTML, style and script."""
    for page in filter(Path.is_file, pages):
        for name, text in html.external(page.read_text("utf-8"), page.stem).items():
            file.write_text(page.with_name(name), text)


def show(results: Results, manner: Manner) -> None:
    """Print the record, a line or a summary on stdout, as the command was asked to talk."""
    if manner.json:
        sys.stdout.write(file.text(results))
    elif manner.quiet:
        print(terminal.line(results))
    else:
        shows = screen(manner, sys.stdout)
        shows.console(sys.stdout).print(terminal.summary(results, shows.symbols))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
