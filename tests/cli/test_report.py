"""`grader report`: a recorded result rendered again."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

RECORD = Path(__file__).with_name("record.json")


def test_style_and_script_stand_in_files_of_their_own_where_asked_for(tmp_path):
    shutil.copy(RECORD, tmp_path / "results.json")

    subprocess.run(
        [sys.executable, "-m", "grader", "report", tmp_path, "--assets", "external"], check=True, capture_output=True
    )

    names = [f"{page}.{ending}" for page in ("report", "report.reviewer") for ending in ("css", "html", "js")]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*names, "results.json"])
    page = (tmp_path / "report.reviewer.html").read_text()
    assert ("<style>" in page, "<script>" in page, "sha256-" in page.partition("</head>")[0]) == (False, False, False)
    assert '<script src="report.reviewer.js"></script>' in page
    assert json.loads((tmp_path / "results.json").read_text())["schema"] == "grader.results/1"
