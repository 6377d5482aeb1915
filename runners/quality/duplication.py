"""Blocks that stand in a submission twice: the same tokens, or the same with other names put in throughout.

What the starter holds is nobody's copy. Size is counted in tokens, so neither long lines nor short ones hide a copy:
a block is 6 lines, or the 60 tokens that 6 lines have.
"""

from collections import defaultdict

import tokens

_LINES, _TOKENS, _FEWEST = 6, 60, 36
_LOOKED_AT = 20  # earlier places of one hash
_RENAMED = 0.3  # of a block's names: more renamings than that, each used once, are a list of fields and no copy
_SHOWN = 200
_STEPS = (
    5_000_000  # comparisons of two tokens, some seconds; what is left then counts as copied, so that hiding doesn't pay
)


def duplicates(files, starter):
    """Find the copies.

    Args:
        files: tokens by path.
        starter: tokens of the starter's files.

    Returns:
        `{"blocks": [[path, line, lines, other path, other line]], "tokens": those in copies, "given": those of the
        starter}`.
    """
    given = {number for each in starter for number in tokens.grams(tokens.shapes(each))}
    texts = [_Text(path, found, given) for path, found in files.items()]
    blocks = _blocks(texts)
    shown = [
        [texts[a].path, texts[a].line(i), _height(texts[a], i, length), texts[b].path, texts[b].line(j)]
        for a, i, b, j, length in blocks
    ]
    return {
        "blocks": shown[:_SHOWN],
        "tokens": sum(sum(text.is_copied) for text in texts),
        "given": sum(sum(text.is_given) for text in texts),
    }


class _Text:
    """A file's tokens, which of them the starter gave, and which were found twice."""

    def __init__(self, path, found, given):
        self.path, self.found = path, found
        self.shapes = tokens.shapes(found)
        self.grams = tokens.grams(self.shapes)
        self.is_given, self.is_copied = bytearray(len(found)), bytearray(len(found))
        self._begins = {}
        for position, number in enumerate(self.grams):
            if number in given:
                self.is_given[position : position + tokens.GRAM] = b"\1" * tokens.GRAM

    def line(self, position):
        return self.found[position][2]

    def begins(self, position):
        """How a block from here begins: each name as the place where it comes first, all else as it stands."""
        if position not in self._begins:
            first, few = {}, self.found[position : position + _FEWEST]
            self._begins[position] = [
                first.setdefault(token[1], place) if token[0] == tokens.NAME else token[1]
                for place, token in enumerate(few)
            ]
        return self._begins[position]


def _blocks(texts):
    """Every place against all earlier ones, longest first from where it starts."""
    places, blocks, room = defaultdict(list), [], _STEPS
    for a, text in enumerate(texts):
        position = 0
        if room < 0:
            text.is_copied[:] = b"\1" * len(text.found)
        while position < len(text.grams) and room >= 0:
            if text.is_given[position]:
                position += 1
                continue
            number = text.grams[position]
            length, b, j, steps = _longest(texts, a, position, places[number])
            room -= steps
            if length:
                blocks.append((a, position, b, j, length))
                text.is_copied[position : position + length] = b"\1" * length
                texts[b].is_copied[j : j + length] = b"\1" * length
            step = max(1, length)
            for passed in range(position, min(position + step, len(text.grams))):
                places[text.grams[passed]].append((a, passed))
            position += step
    return blocks


def _longest(texts, a, i, earlier):
    best, steps = (0, 0, 0), 0
    shortest = texts[a].shapes[i : i + _FEWEST]
    for b, j in earlier[:_LOOKED_AT]:
        if texts[b].shapes[j : j + _FEWEST] != shortest or texts[b].begins(j) != texts[a].begins(i):
            steps += 2  # no block: it would end before it is long enough
            continue
        length, renamed = _length(texts[a], i, texts[b], j)
        steps += 2 * length
        if length > best[0] and _is_block(texts[a], i, length, renamed):
            best = (length, b, j)
    return (*best, steps)


def _length(text, i, other, j):
    """How many tokens from two places agree, where names may differ if they do so throughout; never over each other."""
    there, back, length = {}, {}, 0
    room = min(len(text.found) - i, len(other.found) - j, i - j if text is other else len(text.found))
    while length < room:
        mine, theirs = text.found[i + length], other.found[j + length]
        if text.is_given[i + length] or text.shapes[i + length] != other.shapes[j + length]:
            break
        if mine[0] == tokens.NAME:
            if there.setdefault(mine[1], theirs[1]) != theirs[1] or back.setdefault(theirs[1], mine[1]) != mine[1]:
                break
        elif mine[1] != theirs[1]:
            break
        length += 1
    return length, sum(mine != theirs for mine, theirs in there.items())


def _is_block(text, i, length, renamed):
    if length < _TOKENS and (length < _FEWEST or _height(text, i, length) < _LINES):
        return False
    return renamed <= _RENAMED * sum(token[0] == tokens.NAME for token in text.found[i : i + length])


def _height(text, i, length):
    return text.line(i + length - 1) - text.line(i) + 1 if length else 0
