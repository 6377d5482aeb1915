"""What a batch's page shows, put together from its record and from who stands where; pure."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from types import SimpleNamespace as Row

from grader.render import batch_charts as charts
from grader.render import html, words
from grader.render.batch_parts import items, notes, provenance, similarity, spreads, steadiness, weighing
from grader.render.language import Language, language, mark
from grader.results.batch import Batch, Entry
from grader.results.model import Pillar
from grader.results.standing import Place, Standing

_LETTERS: Mapping[Pillar, str] = {"correctness": "c", "quality": "q", "speed": "s"}
_NAMED = 5  # of those who are first together


def render(batch: Batch, standing: Standing, lang: str = "en", is_blind: bool = False) -> str:
    """Return the page of a batch for its lead: one HTML file, the same bytes each time.

    Args:
        batch: its record; of a blind page, one without identities.
        standing: how its submissions stand to each other.
        lang: one of `language.LANGUAGES`.
        is_blind: nothing leads to a submission's own folder.
    """
    page = page_of(batch, standing, language(lang), is_blind)
    return html.fill("batch", lang, batch.assignment.id, {"r": batch, "page": page})


class View:
    """A batch in a language, with its graded entries in the order of the ranking."""

    def __init__(self, batch: Batch, standing: Standing, language: Language, is_blind: bool) -> None:
        self.batch, self.standing, self.language, self.is_blind = batch, standing, language, is_blind
        by_id = {entry.id: entry for entry in batch.entries}
        self.graded = [by_id[id_] for id_ in standing.order]
        self.rest = [entry for entry in batch.entries if entry.score is None]
        self.names = {entry.id: entry.name for entry in batch.entries}

    def report(self, entry: Entry) -> str | None:
        """Where an entry's report is; a blind page leads to none, since a folder's name tells who it is."""
        return None if self.is_blind else f"{entry.folder}/report.reviewer.html"


def page_of(batch: Batch, standing: Standing, language: Language, is_blind: bool) -> Row:
    """Return everything that the template places."""
    view = View(batch, standing, language, is_blind)
    page = Row(rows=list(_rows(view)), total=len(batch.entries), is_blind=is_blind, span=standing.weighing.span)
    page.heading = language.plural("{n} submission", "{n} submissions", len(batch.entries))
    page.when = (batch.finished_at or batch.started_at).replace("T", " ").replace("Z", " UTC")
    page.is_whole = batch.finished_at is not None and len(batch.entries) >= batch.expected
    page.rest = [_ungraded(view, entry) for entry in view.rest]
    page.summary = _summary(view) if view.graded else None
    page.weighing, page.scatter = weighing(view), _scatter(view, page.rows)
    page.steadiness, page.items = steadiness(view), items(view)
    page.spreads, page.similarity = spreads(view), similarity(view)
    page.notes, page.agreement = notes(view), standing.agreement
    page.provenance, page.island = provenance(view), _island(view)
    page.sections = list(_sections(view, page))
    return page


def _sections(view: View, page: Row) -> Iterator[Row]:
    say = view.language.text
    flags = sum(bool(item.flag) for item in page.items)
    shown = [
        ("summary", say("Result"), str(page.total), True),
        ("ranking", say("Ranking"), str(len(page.rows)), True),
        ("rest", say("Without a grade"), str(len(page.rest)), bool(page.rest)),
        ("weights", say("Weights"), "", bool(page.weighing.rows)),
        ("scatter", say("Speed, quality"), "", bool(page.scatter)),
        ("stability", say("Stability"), "", bool(page.steadiness.rows)),
        (
            "items",
            say("Tests"),
            view.language.plural("{n} flag", "{n} flags", flags) if flags else "",
            bool(page.items),
        ),
        ("spread", say("Spread"), "", bool(page.spreads)),
        ("similar", say("Similarity"), str(len(view.standing.clusters)), page.similarity is not None),
        ("notes", say("Notes"), str(len(page.notes)), bool(page.notes)),
        ("provenance", say("Provenance"), "", True),
    ]
    return (Row(id=id_, label=label, count=count) for id_, label, count, is_shown in shown if is_shown)


def _rows(view: View) -> Iterator[Row]:
    places = {place.id: place for place in view.standing.places}
    for number, entry in enumerate(view.graded):
        row = _row(view, entry, places[entry.id])
        row.number = number
        yield row


def _row(view: View, entry: Entry, place: Place) -> Row:
    score = entry.score
    assert score is not None
    points = dict.fromkeys(_LETTERS.values(), 0.0)
    for one in entry.marks:
        points[_LETTERS[one.pillar]] += one.points
    measured = {_LETTERS[one.pillar] for one in entry.marks if one.max_points > 0}
    return Row(
        id=entry.id,
        name=entry.name,
        href=view.report(entry),
        place=_place(place),
        total=score.total,
        low=score.low,
        high=score.high,
        points={letter: round(value, 1) for letter, value in points.items()},
        measured=measured,
        passed=entry.passed,
        ratio=entry.ratio.value if entry.ratio else None,
        density=entry.findings_per_100,
        cap=entry.cap,
        under=entry.cap is not None,
        flags=[view.language.text(_FLAGS.get(flag, flag)) for flag in entry.flags],
        same_as=view.names.get(entry.same_as, entry.same_as) if entry.same_as else None,
    )


# What a flag of the record says; one that isn't here is shown as it stands.
_FLAGS = {
    "late": mark("late"),
    "inconclusive": mark("speed inconclusive"),
    "suppressed": mark("asked analysers to look away"),
    "left_out": mark("files left out"),
    "notes": mark("notes for the reviewer"),
    "other_machine": mark("timed on another machine"),
}


def _place(place: Place) -> str:
    shared = "=" if place.is_tied else ""
    return f"{shared}{place.place}" + (f" –{place.worst}" if place.worst != place.place else "")


def _ungraded(view: View, entry: Entry) -> Row:
    say = view.language.text
    word = say(words.VERDICTS[entry.verdict])
    reason = entry.reason
    return Row(
        id=entry.id,
        name=entry.name,
        href=view.report(entry),
        word=word,
        code=reason.code if reason else "",
        message="" if reason is None or view.is_blind else reason.message,  # it may name the candidate's files
    )


def _summary(view: View) -> Row:
    totals = [entry.score.total for entry in view.graded if entry.score]
    first = [entry for entry, place in zip(view.graded, view.standing.places, strict=True) if place.place == 1]
    return Row(
        first=[Row(id=entry.id, name=entry.name) for entry in first],
        sentence=_lead(view),
        median=statistics.median(totals),
        accepted=sum(entry.verdict == "accepted" for entry in view.graded),
        graded=len(view.graded),
        capped=sum(entry.cap is not None for entry in view.graded),
        copies=sum(entry.same_as is not None for entry in view.batch.entries),
        squares=charts.histogram(totals),
    )


def _lead(view: View) -> str:
    """How far the first place hangs on the weight of speed."""
    language, weighing = view.language, view.standing.weighing
    here = [
        stretch
        for stretch in (weighing.rows[0] if weighing.rows else ())
        if stretch.start <= weighing.graded <= stretch.end
    ]
    if not here:
        return ""
    names = [view.names[id_] for id_ in (here[0].id, *here[0].beside)]
    told = ", ".join([*names[:_NAMED], *(["…"] if len(names) > _NAMED else [])])
    is_always, is_shared = here[0].start <= 0 and here[0].end >= weighing.span, len(names) > 1
    return language.text(
        _LEAD[is_always, is_shared],
        name=told,
        low=language.fixed(here[0].start, 1),
        high=language.fixed(here[0].end, 1),
        span=language.plain(weighing.span),
        graded=language.plain(weighing.graded),
    )


# By whether that holds at every weight, and whether several are equal there.
_LEAD = {
    (True, False): mark("{name} is first at every weight of speed."),
    (True, True): mark("{name} are first at every weight of speed."),
    (False, False): mark("{name} stays first while speed weighs {low} to {high} of {span} points (graded: {graded})."),
    (False, True): mark("{name} stay first while speed weighs {low} to {high} of {span} points (graded: {graded})."),
}


def _scatter(view: View, rows: Sequence[Row]) -> Row | None:
    """Speed across, quality up, for those that have both."""
    shown = [(row, pillars) for row in rows if (pillars := _both(view.graded[row.number]))]
    if not shown:
        return None
    leaders = set(view.standing.frontier)
    floor = charts.floor_of([quality for _, (_, quality, _, _) in shown])
    points = [charts.place(speed, quality, floor) for _, (speed, quality, _, _) in shown]
    corners = charts.labels(points, [row.name for row, _ in shown], [row.id in leaders for row, _ in shown])
    by_id = {row.id: point for (row, _), point in zip(shown, points, strict=True)}
    dots = [
        Row(
            row=row,
            x=x,
            y=y,
            low=charts.place(low, quality, floor)[0],
            high=charts.place(high, quality, floor)[0],
            speed=speed,
            quality=quality,
            is_leader=row.id in leaders,
            label=corner,
        )
        for (row, (speed, quality, low, high)), (x, y), corner in zip(shown, points, corners, strict=True)
    ]
    front = [dot for id_ in view.standing.frontier for dot in dots if dot.row.id == id_]
    path = charts.frontier_path([by_id[id_] for id_ in view.standing.frontier if id_ in by_id])
    grid = [(charts.place(0, value, floor)[1], value) for value in range(int(floor), 101, 20)]
    return Row(dots=dots, path=path, grid=grid, front=front, missing=len(rows) - len(shown))


def _both(entry: Entry) -> tuple[float, float, float, float] | None:
    """Speed, quality, and the band of speed; None where one of them wasn't measured."""
    (quality, _, _), (speed, low, high) = _band(entry, "quality"), _band(entry, "speed")
    if quality is None or speed is None or low is None or high is None:
        return None
    return speed, quality, min(low, high), max(low, high)


def _island(view: View) -> Mapping[str, object]:
    """What the script needs to rank again: for each row, in order, its pillars at the ends of its band."""
    weighing = view.standing.weighing
    return {
        "graded": weighing.graded,
        "span": weighing.span,
        "correctness": view.batch.rubric.pillars.get("correctness", 0.0),
        "geometric": view.batch.rubric.balance == "geometric",
        "rows": [_numbers(entry) for entry in view.graded],
    }


def _numbers(entry: Entry) -> list[object]:
    """The cap, then correctness, quality and speed: value, low, high."""
    cap = 100.0 if entry.cap is None else entry.cap
    return [cap, *(value for pillar in _LETTERS for value in _band(entry, pillar))]


def _band(entry: Entry, pillar: Pillar) -> tuple[float | None, float | None, float | None]:
    """A pillar's score and the ends of its band; None: not measured."""
    found = entry.pillar(pillar)
    if found is None:
        return None, None, None
    value, low, high = (round(part, 3) for part in found)
    return value, low, high
