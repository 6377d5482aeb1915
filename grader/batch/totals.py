"""A submission's total as a function of the speed weight, as grading computes it at each weight. Pure.

Quality and speed share a span of weight. At the share x of speed a total is the mean of the pillars' scores by their weights,
where what wasn't measured leaves its weight to the rest (score/total.py): a quotient of two straight lines in x, cut off at a
cap. So two totals cross where a quadratic has a root, and that is computed, not sampled.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import get_args

from grader.results.batch import Entry
from grader.results.model import Pillar
from grader.score.total import FLOOR

PILLARS: tuple[Pillar, ...] = get_args(Pillar)
_LEAST = 100 * FLOOR
_GRAIN = 10**6  # of scores and weights, to be exact with
_CLOSE = Fraction(1, 10**9)  # points of a total
_AFTER = 10**12  # a root that is no fraction is taken a hair too large: there the crossing is over

Line = tuple[int, int]  # its value at 0, and its rise
Quotient = tuple[Line, Line]


@dataclass(frozen=True, slots=True)
class Total:
    """One submission's total over the share of speed, 0 to 1: a quotient of lines, at most `cap`, which is one, too."""

    id: str
    quotient: Quotient
    cap: Quotient

    def at(self, share: Fraction) -> Fraction:
        """The total there."""
        return min(_value(self.quotient, share), _value(self.cap, share))

    def standing(self, share: Fraction) -> tuple[Fraction, Fraction, Fraction]:
        """The total there, its slope and its bend: what comes first in this order is first just after the share."""
        (top, rise), (bottom, widening) = self.quotient
        value, cap, below = _value(self.quotient, share), _value(self.cap, share), bottom + widening * share
        slope = Fraction(rise * bottom - top * widening) / below**2
        if value > cap or (value == cap and slope > 0):
            return cap, Fraction(0), Fraction(0)
        return value, slope, -2 * widening * slope / below

    def meets(self, other: "Total") -> Iterator[Fraction]:
        """Where this total equals another's, without those where both go on alike."""
        for mine, its in product((self.quotient, self.cap), (other.quotient, other.cap)):
            for share in _crossings(mine, its):
                if abs(self.at(share) - other.at(share)) <= _CLOSE:
                    yield share


def total(entry: Entry, pillars: Mapping[str, float]) -> Total:
    """Return the total of a graded entry, by the weights of an additive rubric."""
    correct, quality, speed = (round(pillars.get(name, 0.0) * _GRAIN) for name in PILLARS)
    span = quality + speed
    lines: dict[Pillar, Line] = {"correctness": (correct, 0), "quality": (span, -span), "speed": (0, span)}
    scores = {name: found for name in PILLARS if (found := score(entry, name)) is not None and any(lines[name])}
    if len(scores) < 2:  # its weight, whatever that is, is all the weight
        return Total(entry.id, _constant(next(iter(scores.values()), Fraction(0))), _constant(cap(entry)))
    factors = {name: int(value * _GRAIN) for name, value in scores.items()}
    return Total(entry.id, (_sum(lines, factors), _sum(lines, dict.fromkeys(factors, _GRAIN))), _constant(cap(entry)))


def _sum(lines: Mapping[Pillar, Line], factors: Mapping[Pillar, int]) -> Line:
    start, rise = (sum(lines[name][end] * factor for name, factor in factors.items()) for end in (0, 1))
    return start, rise


def _constant(value: Fraction) -> Quotient:
    return (value.numerator, 0), (value.denominator, 0)


def score(entry: Entry, pillar: Pillar) -> Fraction | None:
    """A pillar's score, 0 to 100; None where it wasn't measured."""
    found = entry.pillar(pillar)
    return None if found is None else Fraction(round(found[0] * _GRAIN), _GRAIN)


def cap(entry: Entry) -> Fraction:
    """The highest total that the entry's unmet gates allow."""
    return Fraction(100) if entry.cap is None else Fraction(round(entry.cap * 10), 10)


def _value(quotient: Quotient, share: Fraction) -> Fraction:
    (top, rise), (bottom, widening) = quotient
    return (top + rise * share) / (bottom + widening * share)


def _crossings(one: Quotient, other: Quotient) -> Iterator[Fraction]:
    """Where two quotients are equal between 0 and 1, unless they are the same."""
    ((a, b), (d, e)), ((p, q), (r, s)) = one, other
    square, linear, constant = b * s - q * e, a * s + b * r - p * e - q * d, a * r - p * d
    if not square:
        if 0 < -constant * linear < linear**2:
            yield Fraction(-constant, linear)
        return
    discriminant = linear**2 - 4 * square * constant
    if discriminant < 0:
        return
    root, is_exact = _root(discriminant)
    for sign in (-1, 1):
        share = (sign * root - linear) / (2 * square)
        if 0 < share < 1:
            yield share if is_exact else Fraction(math.floor(share * _AFTER) + 2, _AFTER)


def _root(square: int) -> tuple[Fraction, bool]:
    """A square root, and whether it is one to the last digit."""
    found = math.isqrt(square)
    if found**2 == square:
        return Fraction(found), True
    return Fraction(math.isqrt(square * _AFTER**2), _AFTER), False


def geometric(entry: Entry, pillars: Mapping[str, float]) -> Callable[[float], float]:
    """Return a graded entry's total over the share of speed, where quality and speed are in a weighted geometric mean."""
    correct, quality, speed = (pillars.get(name, 0.0) for name in PILLARS)
    span, highest = quality + speed, float(cap(entry))
    scores = [found[0] if (found := entry.pillar(name)) else None for name in PILLARS]

    def at(share: float) -> float:
        return min(blended(scores, (correct, span * (1 - share), span * share), is_geometric=True), highest)

    return at


def blended(scores: Sequence[float | None], weights: Sequence[float], *, is_geometric: bool) -> float:
    """The total of three pillars' scores before caps, as score/total.py gives it, but for its rounding."""
    whole = earned = 0.0
    for score_, weight in zip(scores, weights, strict=True):
        if score_ is not None:
            whole += weight
            earned += weight * score_
    if not whole:
        return 0.0
    correct, quality, speed = scores
    of_correct, of_quality, of_speed = weights
    if not is_geometric or quality is None or speed is None or not of_quality or not of_speed:
        return earned / whole
    both = of_quality + of_speed
    logs = of_quality * math.log(max(quality, _LEAST)) + of_speed * math.log(max(speed, _LEAST))
    return min(earned, of_correct * (correct or 0.0) + both * math.exp(logs / both)) / whole
