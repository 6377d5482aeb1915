"""Results as one HTML file for one audience: no request, no style attribute, no script but ours, the same bytes each time.

`redact` runs before anything else here. What the page shows is put together in `page.py`; the templates only place it.
"""

import base64
import hashlib
import re
from functools import cache
from typing import Any

import jinja2
from markupsafe import Markup

from grader import bundled
from grader.render import charts
from grader.render.escape import visible
from grader.render.page import page_of
from grader.results.model import Results
from grader.results.redact import Audience, redact

_COLOURS = re.compile(r"--([a-z-]+):light-dark\((#\w{6})")


def render(results: Results, audience: Audience) -> str:
    """Return the report of a run.

    Args:
        results: as recorded.
        audience: `candidate` or `reviewer`; a candidate's file holds nothing hidden.
    """
    shown = redact(results, audience)
    template, shell = _template()
    return template.render(r=shown, page=page_of(shown, audience == "reviewer"), **shell) + "\n"


@cache
def _template() -> tuple[jinja2.Template, dict[str, Any]]:
    folder = bundled.path("reports")
    style = _squeezed((folder / "style.css").read_text("utf-8"))
    script = f'"use strict";\n(() => {{\n{(folder / "report.js").read_text("utf-8").rstrip()}\n}})();'
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined, finalize=_seen
    )
    environment.filters |= charts.FILTERS
    environment.globals["paint"] = _painter(style)
    shell = {
        "style": Markup(style),  # noqa: S704  (ours)
        "script": Markup(script),  # noqa: S704  (ours)
        "style_hash": _digest(style),
        "script_hash": _digest(script),
    }
    return environment.get_template("report.html.j2"), shell


def _seen(value: object) -> object:
    """Whatever a template prints, with nothing invisible in it; escaping comes after, and is the environment's."""
    return visible(value) if type(value) is str else value


def _painter(style: str) -> Any:
    """Class and presentation attributes together, so that a chart survives the loss of the style sheet."""
    light = dict(_COLOURS.findall(style))
    known = {f"f-{name}": f'fill="{colour}"' for name, colour in light.items()}
    known |= {f"k-{name}": f'stroke="{colour}"' for name, colour in light.items()}
    known |= {"f-none": 'fill="none"', "f-lost": 'fill="url(#hatch)"', "mark-2": 'stroke-width="2"'}
    known |= {"dash": 'stroke-dasharray="4 3"', "mid": 'text-anchor="middle"', "end": 'text-anchor="end"'}
    known["hatch-line"] = f'stroke="{light.get("edge", "#888888")}"'

    def paint(classes: str) -> Markup:
        names = classes.split()
        attributes = dict(known[name].split("=", 1) for name in names if name in known)
        drawn = "".join(f" {name}={value}" for name, value in attributes.items())
        return Markup(f'class="{" ".join(names)}"{drawn}')  # noqa: S704  (names of ours)

    return paint


def _squeezed(css: str) -> str:
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"\n+", "\n", css).strip()


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
