"""What a report's page shows, put together from results that were redacted before; pure."""

from types import SimpleNamespace as Row

from grader.render.balance import balance
from grader.render.caution import caution
from grader.render.language import Language
from grader.render.outcomes import outcomes
from grader.render.pace import pace
from grader.render.quality import quality
from grader.render.sources import anchors, source_rows
from grader.render.timings import timings
from grader.render.view import View
from grader.render.why import score, verdict
from grader.results.model import Results

_LEFT_OUT = 200


def page_of(results: Results, reviewer: bool, language: Language) -> Row:
    """Return everything the template places."""
    sources = source_rows(results)
    view = View(results, reviewer, language, anchors(sources))
    page = Row(reviewer=reviewer, sources=sources, verdict=verdict(view), score=None)
    page.graded_at = results.provenance.finished_at.replace("T", " ").replace("Z", " UTC")
    if results.score is not None:
        page.score, page.tests = score(view), outcomes(view)
        page.timings, page.quality = timings(view), quality(view)
        page.balance, page.pace = balance(view), pace(view)
    page.caution = language.recorded(caution(results))
    page.headline = _headline(view, page)
    page.left_out = [Row(path=x.path, why=language.recorded(x.why)) for x in results.submission.left_out[:_LEFT_OUT]]
    page.provenance, page.command = _provenance(view), _command(results)
    page.anomalies = _anomalies(view) if reviewer else []
    page.sections = _sections(view, page)
    return page


def _headline(view: View, page: Row) -> str:
    if page.score is None:
        return str(page.verdict.word)
    return view.language.text("{total} of 100", total=view.language.fixed(page.score.total, 1))


def _sections(view: View, page: Row) -> list[Row]:
    """The contents, each with the one number that matters there."""
    say, fixed, found = view.language.text, view.language.fixed, page.score
    if found is None:
        shown = [("summary", say("Result"), "")]
    else:
        gain = found.next[-1].after - found.total if found.next else 0.0
        ratio = next((case.ratio for case in page.timings.cases if case.measured), None)
        shown = [
            ("summary", say("Result"), fixed(found.total, 1)),
            ("why", say("Why"), ""),
            ("next", say("What next"), f"+{fixed(gain, 1)}" if gain > 0 else ""),
            ("tests", say("Tests"), f"{page.tests.passed}/{page.tests.total}" if page.tests.total else ""),
            ("speed", say("Speed"), f"{fixed(ratio, 1)}×" if ratio is not None else ""),
            ("quality", say("Quality"), str(len(view.results.findings))),
        ]
        shown += [("balance", say("Balance"), "")] if page.balance else []
        shown += [("pace", say("Pace"), "")] if page.pace else []
    shown.append(("source", say("Source"), str(len(page.sources))))
    shown += [("reviewer", say("Reviewer"), "")] if page.reviewer and found is not None else []
    shown.append(("provenance", say("Provenance"), ""))
    return [Row(id=id_, label=label, count=count) for id_, label, count in shown]


def _provenance(view: View) -> list[tuple[str, str]]:
    results, say = view.results, view.language.text
    p, plain = results.provenance, view.language.plain
    limits = " · ".join(f"{name} {plain(value)}" for name, value in p.limits.items())
    tools = " · ".join(f"{name} {version}" for name, version in p.tools.items())
    images = " · ".join(f"{image.name} {image.digest}" for image in p.runner_images)
    noise = "" if p.host.noise is None else f" · ±{view.language.fixed(100 * p.host.noise, 1)} %"
    rows = [
        (say("Assignment"), f"{results.assignment.id} {results.assignment.version} · {results.assignment.digest}"),
        (say("Submission"), f"{results.submission.source} · {results.submission.digest}"),
        (say("Sandbox"), f"{p.sandbox} · {p.runtime} · glass {results.glass}"),
        (say("Images"), images or "–"),
        (say("Tools"), f"grader {p.grader} · Python {p.python}" + (f" · {tools}" if tools else "")),
        (say("Limits"), limits),
        (say("Clock"), p.clock or "–"),
        (say("Host, timing noise"), f"{p.host.cpu or '–'} · {p.host.cpus} CPU · {p.host.memory} MiB{noise}"),
        (say("Files analysed"), f"{p.analysed} / {p.analysable}"),
        (say("Seed, schema"), f"{p.seed} · {results.schema}"),
        (say("From, to"), f"{p.started_at} · {p.finished_at}"),
    ]
    rows += [(say("Received"), results.submission.received_at)] if results.submission.received_at else []
    return rows


def _command(results: Results) -> str:
    if results.level == "public":
        return f"grader check --kit KIT {results.submission.source}"
    return (
        f"grader grade {results.assignment.id} {results.submission.source} --out out --seed {results.provenance.seed}"
    )


def _anomalies(view: View) -> list[str]:
    """What a reviewer should look at: each a sentence."""
    results, say = view.results, view.language.text
    ended = [test.title for test in results.tests if test.outcome in ("crashed", "memory")]
    found = [say("{test}: the process of the submission ended in it.", test=name) for name in ended[:20]]
    for timing in results.speed:
        found += [f"{timing.case}: {view.language.recorded(remark)}" for remark in timing.remarks]
        if timing.cross_check is not None and timing.cross_check > 0.02:
            off = view.language.fixed(100 * timing.cross_check, 1)
            found.append(say("{case}: a second clock differs by {n} %.", case=timing.case, n=off))
    return [*found, *map(view.language.recorded, results.provenance.notes)]
