"""The languages of reports: message catalogues, numbers, and sentences of the record. Pure after a first reading.

A catalogue is a gettext `.po` file in `reports/messages`, read as it stands: no compiled twin that could be out of date, and no
library at run time. English is the messages themselves. Messages of context `record` are sentences that the record holds, which
is always English: `{word}` stands for any text, `{1}` for a number. What no such message fits is shown as it is, marked English.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial

from markupsafe import Markup, escape

from grader import bundled
from grader.render.escape import visible

LANGUAGES = ("en", "nl")
RECORD = "record"  # the context of the record's sentences

_COMMA = frozenset({"nl"})  # languages with a decimal comma
_LONGEST = 1000  # characters of a sentence that is looked up; longer ones hold foreign text
_NUMBER = r"[-−]?\d+(?:\.\d+)?"
_PLACE = re.compile(r"\\?\{(\w+)\\?\}")
_FIELD = re.compile(r'^(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)? ?"(.*)"$')
_ESCAPES = {r"\n": "\n", r"\"": '"', r"\\": "\\"}

Patterns = list[tuple[re.Pattern[str], str]]


def mark(message: str) -> str:
    """Return the message; catalogues hold what is marked, and a table of messages is translated where it is used."""
    return message


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Messages to their translation; plurals to both forms; the record's patterns, the most specific first."""

    messages: Mapping[str, str] = field(default_factory=dict)
    plurals: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    record: Mapping[str, str] = field(default_factory=dict)


class Language:
    """How a report speaks: `code` is its tag, as HTML's `lang` takes it."""

    def __init__(self, code: str, catalogue: Catalogue) -> None:
        self.code = code
        self._catalogue = catalogue
        self._strict = [(_pattern(said, r"(?:(?!, ).)+?"), told) for said, told in catalogue.record.items()]
        self._loose = [(_pattern(said, ".+?"), told) for said, told in catalogue.record.items()]
        self.recorded = lru_cache(maxsize=4096)(self._recorded)

    def text(self, message: str, **values: object) -> str:
        """Translate a message and put the values in; one with markup among its values becomes markup, the rest escaped."""
        told = self._catalogue.messages.get(message, message)
        return _filled(told, values) if values else told

    def plural(self, one: str, many: str, n: float, **values: object) -> str:
        """Translate a message that has a number, `{n}`, which decides its form."""
        forms = self._catalogue.plurals.get(one, (one, many))
        return _filled(forms[n != 1], {"n": self.plain(n), **values})

    def fixed(self, value: float, digits: int) -> str:
        """A number with so many digits, with a real minus sign and the language's decimal mark."""
        return self._mark(f"{value:.{digits}f}".replace("-", "−"))

    def plain(self, value: float) -> str:
        """A number without needless digits."""
        return self._mark(f"{value:.10g}".replace("-", "−"))

    def seconds(self, value: float | None) -> str:
        """A time, in the unit that fits it."""
        if value is None:
            return "–"
        if value >= 9.95:
            return f"{value:.0f} s"
        if value >= 0.995:
            return f"{self.fixed(value, 2)} s"
        return f"{value * 1000:.0f} ms" if value >= 0.01 else f"{self.fixed(value * 1000, 1)} ms"

    def _recorded(self, sentence: str) -> str:
        """A sentence of the record, in this language; what has no translation stays, marked as English."""
        told = self.sentence(sentence)
        return told if told is not None else Markup('<span lang="en">{}</span>').format(visible(sentence))

    def sentence(self, sentence: str) -> str | None:
        """A sentence of the record, in this language; None where it has no translation."""
        if self.code == "en" or not sentence:
            return sentence
        told = self._told(sentence, self._strict) or self._listed(sentence, "; ", self._loose)
        return told or self._listed(sentence, ", ", self._strict) or self._told(sentence, self._loose)

    def _listed(self, sentence: str, between: str, patterns: Patterns) -> str | None:
        """A sentence that lists others."""
        parts = [self._told(part, patterns) for part in sentence.split(between)]
        known = [part for part in parts if part is not None]
        return between.join(known) if len(known) == len(parts) > 1 else None

    def _told(self, sentence: str, patterns: Patterns) -> str | None:
        if len(sentence) > _LONGEST:
            return None
        for pattern, told in patterns:
            if found := pattern.fullmatch(sentence):
                values = {name[1:]: self._number(value) for name, value in found.groupdict().items()}
                return _PLACE.sub(partial(_value, values), told)
        return None

    def _number(self, value: str) -> str:
        return self._mark(value) if re.fullmatch(_NUMBER, value) else value

    def _mark(self, number: str) -> str:
        return number.replace(".", ",") if self.code in _COMMA else number


@cache
def language(code: str) -> Language:
    """Return a language by its tag, one of LANGUAGES."""
    if code == "en":
        return Language(code, Catalogue())
    return Language(code, catalogue((bundled.path("reports") / "messages" / f"{code}.po").read_text("utf-8")))


def catalogue(text: str) -> Catalogue:
    """Read a `.po` file's text: contexts, plurals of two forms, strings over several lines."""
    messages: dict[str, str] = {}
    plurals: dict[str, tuple[str, str]] = {}
    record: dict[str, str] = {}
    for entry in map(_entry, re.split(r"\n\s*\n", text)):
        said = entry.get("msgid", "")
        if "msgid_plural" in entry:
            plurals[said] = (entry["msgstr[0]"], entry["msgstr[1]"])
        elif entry.get("msgctxt") == RECORD:
            record[said] = entry["msgstr"]
        elif said:
            messages[said] = entry["msgstr"]
    specific = sorted(record, key=lambda said: -len(_PLACE.sub("", said)))
    return Catalogue(messages, plurals, {said: record[said] for said in specific})


def _entry(block: str) -> dict[str, str]:
    """The fields of one entry."""
    fields: dict[str, str] = {}
    name = ""
    for line in block.splitlines():
        if found := _FIELD.match(line):
            name = found[1] or name
            fields[name] = fields.get(name, "") + re.sub(r"\\.", lambda pair: _ESCAPES[pair[0]], found[2])
    return fields


def _value(values: Mapping[str, str], place: re.Match[str]) -> str:
    return values[place[1]]


def _pattern(said: str, word: str) -> re.Pattern[str]:
    def place(found: re.Match[str]) -> str:
        return f"(?P<p{found[1]}>{_NUMBER if found[1].isdigit() else word})"

    return re.compile(_PLACE.sub(place, re.escape(said)), re.DOTALL)


def _filled(message: str, values: Mapping[str, object]) -> str:
    if any(isinstance(value, Markup) for value in values.values()):
        return Markup(str(escape(message)).format(**{name: _safe(value) for name, value in values.items()}))  # noqa: S704
    return message.format(**values)


def _safe(value: object) -> object:
    return escape(visible(value)) if type(value) is str else value
