"""Source as tokens, and tokens as fingerprints: one engine for copies within a submission and between submissions.

    text --tokens--> [(kind, text, line)] --shapes--> [int] --grams--> [int] --winnow--> [(hash, position)]

A shape forgets names, and a token's kind and text forget layout and comments, so renaming and reformatting hide nothing.
Winnowing keeps the smallest hash of each window, as in Schleimer, Wilkerson and Aiken, "Winnowing: local algorithms for
document fingerprinting" (2003): whatever two texts share over GRAM + WINDOW - 1 tokens, they share a fingerprint of.
"""

import io
import keyword
import re
import tokenize
import zlib

GRAM = 20
WINDOW = 12
_BASE, _MODULUS = 1_000_003, (1 << 61) - 1

NAME, NUMBER, TEXT, SIGN = "n", "d", "s", "k"
_KINDS = {tokenize.NUMBER: NUMBER, tokenize.STRING: TEXT}
_SKIPPED = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}
_ENDS = {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.NL, tokenize.COMMENT}
_KEYWORDS = (
    "abstract and async await begin boolean break case catch char class const continue def default defer do double elif"
    " else elseif end enum except export extends extern final finally float fn for foreach from func function go if"
    " implements import in instanceof int interface let local long loop match module mut namespace new nil not null or"
    " package private protected pub public require return self static string struct super switch synchronized template"
    " then this throw throws trait true false try type typedef typeof undefined unless until use using val var void when"
    " where while with yield"
)
_WORDS = frozenset(_KEYWORDS.split())
_FOREIGN = {
    "slash": re.compile(
        r"//[^\n]*|/\*.*?(?:\*/|\Z)|(?P<s>\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)"
        r"|(?P<d>\d[\w.]*)|(?P<n>[^\W\d]\w*)|(?P<k>[^\s\w])",
        re.DOTALL,
    ),
    "hash": re.compile(
        r"#[^\n]*|(?P<s>\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')|(?P<d>\d[\w.]*)|(?P<n>[^\W\d]\w*)|(?P<k>[^\s\w])",
        re.DOTALL,
    ),
    "dash": re.compile(
        r"--[^\n]*|(?P<s>\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')|(?P<d>\d[\w.]*)|(?P<n>[^\W\d]\w*)|(?P<k>[^\s\w])",
        re.DOTALL,
    ),
}


def python(text):
    """Tokens of Python source without comments, docstrings and layout, as (kind, text, line, column).

    Raises:
        tokenize.TokenError, SyntaxError: the text isn't Python.
    """
    return significant(read(text))


def read(text):
    """All tokens of Python source; raises as `python` does."""
    return list(tokenize.generate_tokens(io.StringIO(text).readline))


def comments(stream):
    """How many of them are comments, and how many lines hold anything else."""
    own = sum(token.type == tokenize.COMMENT for token in stream)
    return own, len({token.start[0] for token in stream if token.type not in _SKIPPED})


def significant(stream):
    """The tokens that mean something."""
    found, before = [], tokenize.ENCODING
    for kind, text, start, _, _ in stream:
        if kind in _SKIPPED:
            if kind == tokenize.NEWLINE and before == "alone":
                found.pop()  # a docstring, or another text that nobody uses
            before = kind if kind in _ENDS else before
        elif kind == tokenize.OP and text == ";":
            before = tokenize.NEWLINE
        else:
            before = "alone" if kind == tokenize.STRING and before in _ENDS else kind
            found.append((_kind(kind, text), text, *start))
    return found


def foreign(text, comments):
    """Tokens of another language; `comments` is `slash`, `hash` or `dash`, for how they start."""
    found, line, at = [], 1, 0
    for match in _FOREIGN[comments].finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        if match.lastgroup:
            is_word = match.lastgroup == NAME and match[0].lower() in _WORDS
            found.append((SIGN if is_word else match.lastgroup, match[0], line, 0))
    return found


def _kind(kind, text):
    if kind == tokenize.NAME:
        return SIGN if keyword.iskeyword(text) else NAME
    return _KINDS.get(kind, SIGN)


def shapes(found):
    """A number a token: which sign or keyword it is, or only that it is a name, a number or a text."""
    return [zlib.crc32((token[1] if token[0] == SIGN else token[0]).encode("utf-8", "replace")) + 1 for token in found]


def grams(numbers, length=GRAM):
    """A hash for each run of `length` numbers, rolled along; empty where there are fewer."""
    if len(numbers) < length:
        return []
    first = pow(_BASE, length - 1, _MODULUS)
    rolled = 0
    for number in numbers[:length]:
        rolled = (rolled * _BASE + number) % _MODULUS
    hashes = [rolled]
    for old, new in zip(numbers, numbers[length:]):
        rolled = ((rolled - old * first) * _BASE + new) % _MODULUS
        hashes.append(rolled)
    return hashes


def winnow(hashes, window=WINDOW):
    """The smallest hash of each window, the last one of equals, as (hash, position); each position once."""
    kept = []
    for start in range(max(1, len(hashes) - window + 1) if hashes else 0):
        inside = hashes[start : start + window]
        smallest = min(inside)
        position = start + len(inside) - 1 - inside[::-1].index(smallest)
        if not kept or kept[-1][1] != position:
            kept.append((smallest, position))
    return kept


def fingerprints(found, window=WINDOW):
    """A text's fingerprints as [hash, line], as plain data; two texts are alike in what they share."""
    return [[number, found[position][2]] for number, position in winnow(grams(shapes(found)), window)]
