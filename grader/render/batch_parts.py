"""The sections of a batch's page below the ranking: weights, stability, tests, spread, similarity, provenance. Pure."""

from collections.abc import Sequence
from types import SimpleNamespace as Row
from typing import TYPE_CHECKING

from grader.render import batch_charts as charts
from grader.render import words
from grader.render.language import mark
from grader.results.batch import Block
from grader.results.standing import Spread, Steadiness, Stretch

if TYPE_CHECKING:
    from grader.render.batch_page import View

_NARROW = 3.0  # per cent of a lane: a stretch below has no room for a name
_STEADY = 40  # submissions whose places are drawn
_LABELLED = 40  # columns of the heat map that can carry a number
_PAIRS = 50


def weighing(view: "View") -> Row:
    """Who holds the first places at which weight."""
    found = view.standing.weighing
    rows = [[_stretch(view, stretch) for stretch in row] for row in found.rows]
    ticks = [round(found.span * part / 5, 1) for part in range(6)]
    graded = 100 * found.graded / found.span if found.span else 0.0
    return Row(
        rows=rows,
        span=found.span,
        graded=found.graded,
        at=graded,
        ticks=ticks,
        is_exact=found.is_exact,
        fields=(f"{found.span:g}", f"{found.graded:g}"),
    )


def _stretch(view: "View", stretch: Stretch) -> Row:
    span = view.standing.weighing.span
    start, width = 100 * stretch.start / span, 100 * (stretch.end - stretch.start) / span
    name = " = ".join(view.names[id_] for id_ in (stretch.id, *stretch.beside)[:3])
    room = max(1, int(width / 0.9))
    short = name if len(name) <= room else f"{name[: max(1, room - 1)]}…"
    return Row(
        name=name, short=short, start=start, width=width, low=stretch.start, high=stretch.end, fits=width >= _NARROW
    )


def steadiness(view: "View") -> Row:
    """Places over all draws, of the first of the ranking."""
    found = view.standing.steadiness
    count = len(found)
    ticks = sorted({1, count, *(round(1 + (count - 1) * part / 4) for part in range(1, 4))}) if count else []
    rows = [_steady(view, row, count) for row in found[:_STEADY]]
    more = max(0, count - _STEADY)
    return Row(rows=rows, draws=view.standing.draws, more=more, ticks=[(_middle(tick, count), tick) for tick in ticks])


def _steady(view: "View", row: Steadiness, count: int) -> Row:
    return Row(
        id=row.id,
        name=view.names[row.id],
        start=_middle(row.low, count),
        end=_middle(row.high, count),
        at=_middle(row.mid, count),
        places=f"{row.mid}" + (f" ({row.low}–{row.high})" if row.low != row.high else ""),
        shares=(row.first, row.top_3, row.top_5),
    )


def _middle(place: int, count: int) -> float:
    return 100 * (place - 0.5) / count


def items(view: "View") -> list[Row]:
    """The tests, hardest first, each with its row of the heat map: one column a graded submission, best first."""
    columns = [entry.outcomes for entry in view.graded]
    rows = []
    for item in view.standing.items:
        test = view.batch.tests[item.index]
        cells = charts.heat("".join(outcomes[item.index] for outcomes in columns))
        rows.append(
            Row(
                title=test.title,
                id=test.id,
                cells=cells,
                share=item.share,
                discrimination=item.discrimination,
                timeouts=item.timeouts,
                flag=view.language.text(_ITEM_FLAGS[item.flag]) if item.flag else "",
            )
        )
    return rows


# Each asks a person to look; nothing is dropped by itself.
_ITEM_FLAGS = {
    "nobody": mark("nobody passes it: is the test or the brief broken?"),
    "everybody": mark("everybody passes it: it tells nothing"),
    "inverted": mark("the strong fail it: check what it expects"),
}


def spreads(view: "View") -> list[Row]:
    """Scores of each pillar and criterion over the batch."""
    return [_spread(view, spread) for spread in view.standing.spreads]


def _spread(view: "View", spread: Spread) -> Row:
    name = words.CRITERIA.get(spread.criterion, spread.criterion) if spread.criterion else words.PILLARS[spread.pillar]
    return Row(
        title=view.language.text(name),
        is_pillar=spread.criterion is None,
        letter=spread.pillar[0],
        path=charts.strip(spread.scores),
        low=spread.low,
        mid=spread.mid,
        high=spread.high,
        reference=spread.reference,
    )


def similarity(view: "View") -> Row | None:
    """Pairs that are alike, and the clusters they form; None where nothing was compared."""
    found = view.batch.similarity
    if found is None:
        return None
    most = max(found.shares, default=0)
    bars = [
        (100 * n / len(found.shares), 100 / len(found.shares), max(6.0, 92 * count / most), n / len(found.shares))
        for n, count in enumerate(found.shares)
        if count
    ]
    clusters = [
        Row(
            names=[view.names.get(id_, id_) for id_ in cluster.ids],
            most=cluster.most,
            least=cluster.least,
            lines=cluster.lines,
        )
        for cluster in view.standing.clusters
    ]
    pairs = sorted((pair for pair in found.pairs if pair.share >= found.threshold), key=lambda pair: -pair.share)
    rows = [
        Row(
            a=view.names.get(pair.a, pair.a),
            b=view.names.get(pair.b, pair.b),
            share=pair.share,
            places=[] if view.is_blind else [_blocks(block) for block in pair.blocks[:5]],
        )
        for pair in pairs[:_PAIRS]
    ]
    return Row(
        method=found.method,
        threshold=found.threshold,
        bars=bars,
        count=sum(found.shares),
        above=len(pairs),
        clusters=clusters,
        pairs=rows,
        more=max(0, len(pairs) - _PAIRS),
    )


def _blocks(block: Block) -> str:
    return f"{block.path_a}:{block.line_a} ~ {block.path_b}:{block.line_b} ({block.lines})"


def notes(view: "View") -> list[Row]:
    """What reviewers marked: a row for each submission and criterion."""
    rows = []
    for entry in view.batch.entries:
        for criterion in dict.fromkeys(note.criterion for note in entry.notes):
            marks = [note for note in entry.notes if note.criterion == criterion]
            levels = [note.level for note in marks]
            rows.append(
                Row(id=entry.id, name=entry.name, criterion=criterion, marks=marks, apart=max(levels) - min(levels) > 1)
            )
    return rows


_BALANCES = {"additive": mark("additive"), "geometric": mark("geometric mean of quality and speed")}


def provenance(view: "View") -> Sequence[tuple[str, str]]:
    """What it takes to repeat the batch."""
    batch, say, fixed = view.batch, view.language.text, view.language.fixed
    rubric, titles = batch.rubric, {str(pillar): title for pillar, title in words.PILLARS.items()}
    pillars = " · ".join(
        f"{say(titles.get(name, name))} {view.language.plain(value)}" for name, value in rubric.pillars.items()
    )
    rows = [
        (say("Assignment"), f"{batch.assignment.id} {batch.assignment.version} · {batch.assignment.digest}"),
        (say("Weights"), f"{pillars} · {say(_BALANCES[rubric.balance])}"),
        (say("Engine, jobs"), f"{batch.engine} · {batch.jobs}"),
        (say("Timing noise"), "–" if batch.noise is None else f"±{fixed(100 * batch.noise, 1)} %"),
    ]
    if batch.provenance is not None:
        p = batch.provenance
        rows += [
            (say("Sandbox"), f"{p.sandbox} · {p.runtime}"),
            (say("Images"), " · ".join(f"{image.name} {image.digest}" for image in p.runner_images) or "–"),
            (
                say("Tools"),
                " · ".join([f"grader {p.grader}", f"Python {p.python}", *(f"{k} {v}" for k, v in p.tools.items())]),
            ),
            (say("Host"), f"{p.host.cpu or '–'} · {p.host.cpus} CPU · {p.host.memory} MiB"),
        ]
    rows += [
        (say("Blind"), say("aliases by keyed hash; who is who stands in a separate file"))
        if view.is_blind
        else (say("Names"), say("as handed in")),
        (say("Seed, schema"), f"{batch.seed} · {batch.schema}"),
        (say("From, to"), f"{batch.started_at} · {batch.finished_at or '–'}"),
    ]
    return rows
