"""The page of a batch of 500 submissions and 120 tests: bytes, seconds of arithmetic and of drawing, ms to rank again.

    python benchmarks/batch_page.py [additive|geometric]

The batch is drawn at random, with ties, caps, copies and some without speed. Ranking again is timed in headless Chromium, from
the slider's event to the end of our script, and to the end of the layout: medians over 50 weights at which nearly every row
moves; without Chromium that line is left out.
"""

import random
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "batch"))

from conftest import a_batch, an_entry  # a batch's record, made of scores

from grader.batch import rank
from grader.render import batch_page
from grader.results.batch import Batch, Block, Pair, Similarity

_SUBMISSIONS, _TESTS = 500, 120
_RANK_AGAIN = """() => {
  const slider = document.getElementById("w"), times = [];
  for (let n = 0; n < 50; n++) {
    slider.value = n % 2 ? n : 50 - n;
    const began = performance.now();
    slider.dispatchEvent(new Event("input"));
    const ranked = performance.now();
    document.body.getBoundingClientRect();
    times.push([ranked - began, performance.now() - began]);
  }
  return times;
}"""


def batch(balance: str) -> Batch:
    """A batch as a large course has it."""
    draw = random.Random(7)
    entries = [
        an_entry(
            f"candidate-{n:03}",
            correct := round(draw.uniform(5, 50), 1),
            round(draw.uniform(20, 100), 1),
            None if n % 25 == 0 else round(draw.uniform(0, 100), 1),
            noise=draw.uniform(0, 6),
            cap=49.0 if correct < 20 else None,
            outcomes="".join(draw.choices("pftecmn", [60, 20, 4, 4, 2, 2, 8], k=_TESTS)),
        )
        for n in range(_SUBMISSIONS)
    ]
    pairs = tuple(
        Pair(
            f"candidate-{n:03}",
            f"candidate-{n + 1:03}",
            round(draw.uniform(0.6, 1), 3),
            (Block("a.py", 1, "a.py", 1, 40),),
        )
        for n in range(0, 60, 2)
    )
    return a_batch(*entries, balance=balance, tests=_TESTS, similarity=Similarity("tokens", 0.6, (9,) * 10, pairs))


def ranked_again(page: Path) -> list[tuple[float, float]]:
    """Milliseconds of each new ranking in a browser: of the script, and with the layout."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1280, "height": 900})
        tab.goto(f"file://{page}")
        tab.evaluate(_RANK_AGAIN)  # the first round compiles
        return list(tab.evaluate(_RANK_AGAIN))


def main(balance: str) -> None:
    """Print what it costs."""
    record = batch(balance)
    began = time.perf_counter()
    standing = rank.standing(record, random.Random(1))
    between = time.perf_counter()
    text = batch_page.render(record, standing)
    ended = time.perf_counter()
    print(
        f"{len(text.encode()) / 1e6:.2f} MB; {between - began:.2f} s of arithmetic, {ended - between:.2f} s of drawing"
    )
    if shutil.which("chromium"):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "batch.html").write_text(text)
            times = ranked_again(Path(folder) / "batch.html")
        script, layout = (statistics.median(part) for part in zip(*times, strict=True))
        print(f"ranked again in {script:.1f} ms, {layout:.1f} with the layout of all rows")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "additive")
