"""Results as one HTML file for one audience: no request, no style attribute, no script but ours, the same bytes each time.

`redact` runs before anything else here. What the page shows is put together in `page.py`; the templates only place it.
"""

import base64
import hashlib
import json
import os
import re
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from grader import bundled
from grader.render import charts
from grader.render.escape import visible
from grader.render.language import Language, language
from grader.render.page import page_of
from grader.results.model import Results
from grader.results.redact import Audience, redact

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_HASHES = re.compile(r"(script|style)-src 'sha256-[^']+'")
_COLOURS = re.compile(r"--([a-z-]+):light-dark\((#\w{6})")


def render(results: Results, audience: Audience, lang: str = "en") -> str:
    """Return the report of a run.

    Args:
        results: as recorded.
        audience: `candidate` or `reviewer`; a candidate's file holds nothing hidden.
        lang: one of `language.LANGUAGES`.
    """
    shown = redact(results, audience)
    values = {"r": shown, "page": page_of(shown, audience == "reviewer", language(lang))}
    return fill("report", lang, shown.submission.id, values)


def fill(name: str, lang: str, running: str, values: Mapping[str, object]) -> str:
    """Return a page of one kind, in a language, with its one style and its one script, both named by hash in its policy.

    Args:
        name: of the kind, `report` or `batch`: it takes NAME.html.j2, and NAME.css and NAME.js after what all pages share.
        lang: one of `language.LANGUAGES`.
        running: an id of ours, printed at the head of each sheet of paper.
        values: what the template places.
    """
    template, shell = _kind(name, lang)
    head = f'@top-right{{content:"{_UNSAFE.sub("_", running)}";font-size:9px}}'
    style = f"{shell['style']}\n@media print{{@page{{{head}}}}}"
    said = shell | {"style": Markup(style), "style_hash": _digest(style)}  # noqa: S704  (ours, and letters and digits)
    return template.render(said | dict(values)) + "\n"


def external(page: str, name: str) -> Mapping[str, str]:
    """The same page in three files, by their names, for servers whose policy blocks style and script within a page.

    Args:
        page: what `fill` gave.
        name: of the files, without their ending.
    """
    head, _, rest = page.partition("<style>")
    style, _, rest = rest.partition("</style>")
    middle, _, rest = rest.partition("<script>")
    script, _, tail = rest.partition("</script>")
    head = _HASHES.sub(r"\1-src 'self'", head)
    linked = f'{head}<link rel="stylesheet" href="{name}.css">{middle}<script src="{name}.js"></script>{tail}'
    return {f"{name}.html": linked, f"{name}.css": style, f"{name}.js": script}


@cache
def _kind(name: str, lang: str) -> tuple[jinja2.Template, dict[str, Any]]:
    folder = bundled.path("reports")
    style = _squeezed("\n".join((folder / f"{part}.css").read_text("utf-8") for part in ("style", name)))
    parts = [(folder / f"{part}.js").read_text("utf-8").rstrip() for part in ("common", name)]
    script = '"use strict";\n(() => {\n' + "\n".join(parts) + "\n})();"
    environment = _environment(language(lang))
    environment.globals["paint"] = _painter(style)
    shell = {"style": style, "script": Markup(script), "script_hash": _digest(script)}  # noqa: S704  (ours)
    return environment.get_template(f"{name}.html.j2"), shell


def _environment(speech: Language) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(bundled.path("reports")),
        bytecode_cache=_compiled(),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_seen,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= charts.FILTERS
    environment.filters |= {f"n{digits}": partial(speech.fixed, digits=digits) for digits in (0, 1, 2)}
    environment.filters |= {"plain": speech.plain, "secs": speech.seconds}
    environment.filters["island"] = _island
    environment.globals |= {"_": speech.text, "_n": speech.plural, "lang": speech.code}
    return environment


def _compiled() -> jinja2.BytecodeCache | None:
    """Where compiled templates are kept between commands, since compiling them takes longer than filling them."""
    try:
        folder = Path("~/.cache/grader/templates").expanduser()
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    return jinja2.FileSystemBytecodeCache(str(folder)) if os.access(folder, os.W_OK) else None


def _seen(value: object) -> object:
    """Whatever a template prints, with nothing invisible in it; escaping comes after, and is the environment's."""
    return visible(value) if type(value) is str else value


def _island(value: object) -> Markup:
    """Data for the script, in a block that no text can end."""
    text = json.dumps(value, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704  (escaped above)


def _painter(style: str) -> Any:
    """Class and presentation attributes together, so that a chart survives the loss of the style sheet."""
    light = dict(_COLOURS.findall(style))
    known = {f"f-{name}": f'fill="{colour}"' for name, colour in light.items()}
    known |= {f"k-{name}": f'stroke="{colour}"' for name, colour in light.items()}
    known |= {"f-none": 'fill="none"', "f-lost": 'fill="url(#hatch)"', "mark-2": 'stroke-width="2"'}
    known |= {"dash": 'stroke-dasharray="4 3"', "mid": 'text-anchor="middle"', "end": 'text-anchor="end"'}
    known["hatch-line"] = f'stroke="{light.get("edge", "#888888")}"'

    @cache
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
