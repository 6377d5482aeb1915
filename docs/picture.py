"""The README's picture: the first screen of a recorded run's report, as Chromium draws it.

Example: .venv/bin/grader demo && .venv/bin/python docs/picture.py out/demo/off_by_one/results.json
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from grader.render import html
from grader.results import file

_SIZE = {"width": 1280, "height": 940}


def main(path: str) -> None:
    """Write docs/report.png."""
    page_text = html.render(file.read(Path(path)), "candidate")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport=_SIZE, color_scheme="light")
        page.set_content(page_text)
        page.screenshot(path=Path(__file__).with_name("report.png"))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
