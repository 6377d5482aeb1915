"""Values to JSON and back; one file, the standard library alone, on both sides.

A value is a JSON literal, or a list whose first item is a tag of a closed table (README.md beside this file). Nothing is
ever built from a received name: what isn't plain data is a handle, and handles are the business of the side that uses
this file (`export` and `resolve`).
"""

import functools
import math
import operator
from array import array
from collections import Counter, OrderedDict, defaultdict, deque

from containers import KINDS, content, kind_of, refill
from frames import Breach, CannotCross, GlassBroken
from values import decoders, encoders, from_base64, has_surrogate, rare, run_of, to_base64, whole

DEPTH = 200
SAFE_INT = 10**18  # beyond, an integer travels as hexadecimal
CONTAINERS = 250_000  # some 400 bytes each, however small they are on the wire
TRACKED = 20_000  # elements of containers that both sides keep an eye on
_TAGS = {
    list: "l",
    dict: "d",
    set: "S",
    bytearray: "a",
    deque: "dq",
    Counter: "co",
    OrderedDict: "od",
    defaultdict: "dd",
}


class Shared:
    """A mutable container that both sides hold, and its content when the far side last knew it."""

    __slots__ = ("known", "thing")

    def __init__(self, thing):
        self.thing, self.known = thing, content(thing)

    def is_changed(self):
        """Whether this side has changed it since."""
        now = content(self.thing)
        if type(self.thing) is bytearray:
            return now != self.known
        return len(now) != len(self.known) or any(map(operator.is_not, now, self.known))


class Codec:
    """Values to JSON and back, with the containers that both sides share for the length of a test.

    Args:
        start: the first container id this side gives; the sides use even and odd ones.
        export: any other object -> a JSON list with a tag of the handles' table; may raise CannotCross.
        resolve: (tag, fields, codec) -> the object for such a list; may raise Breach.
        keeps_zone: whether a time zone is one that both sides know as an object.
    """

    def __init__(self, start, export, resolve, keeps_zone=lambda zone: False):
        self._next, self._export, self._resolve = start, export, resolve
        self.keeps_zone = keeps_zone
        self._shared = {}
        self._fresh = set()  # given with the message that is being written: the far side knows them as they are
        self._before = {}  # what the far side changed, as it was
        self._ids = {}
        self._encoders = encoders(self)
        self._decoders = decoders(self)

    def resumed(self, export, resolve):
        """A codec that goes on where this one stands, again and again: shared containers get the content they had here."""
        other = Codec(self._next, export, resolve, self.keeps_zone)
        for number, shared in self._shared.items():
            refill(shared.thing, shared.known)
            other._track(number, shared.thing)
        return other

    # ------------------------------------------------------------ out
    def encode(self, value):
        """Return the JSON form of a value; by its exact type, never by asking it."""
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is str:
            return (
                value
                if value.isascii() or not has_surrogate(value)
                else ["s", value.encode("utf-32-be", "surrogatepass").hex()]
            )
        if kind is int:
            return value if -SAFE_INT < value < SAFE_INT else ["i", hex(value)]
        if kind is float:
            return value if math.isfinite(value) else ["f", repr(value)]
        encoder = self._encoders.get(kind) or self._rare(kind)
        try:
            return encoder(value) if encoder else self._export(value)
        except RecursionError:
            raise CannotCross("the value is nested too deeply") from None

    def _rare(self, kind):
        encoder = rare(kind)
        if encoder is not None:
            self._encoders[kind] = encoder = functools.partial(encoder, self)
        return encoder

    def encode_all(self, values):
        """The JSON forms of several values."""
        return [self.encode(value) for value in values]

    def _container(self, tag, value, items):
        known = self._ids.get(id(value))
        if known is not None:
            return ["@", known]
        number = self._next
        self._next += 2
        self._track(number, value)
        self._fresh.add(number)
        return [tag, number, *items()]

    def encode_list(self, value):
        """A list, or the id under which the far side knows it."""
        known = self._ids.get(id(value))
        run = run_of(value) if known is None else None
        if run is None:
            return self._container("l", value, lambda: [self.encode(item) for item in value])
        return self._container("L", value, lambda: [run.typecode, to_base64(run)])

    def encode_container(self, value):
        """Any other container, likewise; of a subclass the storage, whatever its methods say."""
        kind = kind_of(type(value))
        if kind is bytearray:
            return self._container("a", value, lambda: [to_base64(content(value)[0])])
        return self._container(
            _TAGS[kind], value, lambda: [*self._made_of(kind, value), *self.encode_all(content(value))]
        )

    def _made_of(self, kind, value):
        """What some need besides their items."""
        if kind is deque:
            return [deque.maxlen.__get__(value)]
        return [self.encode(defaultdict.default_factory.__get__(value))] if kind is defaultdict else []

    # ------------------------------------------------------------ in
    def decode(self, data, depth=0):
        """Return the value that a JSON form means; raises Breach, and nothing but GlassBroken, where it means none."""
        kind = type(data)
        if data is None or kind is bool or kind is str or kind is float:
            return data
        if kind is int:
            if -SAFE_INT < data < SAFE_INT:
                return data
            raise Breach("an integer of too many digits")
        if kind is not list or not data or type(data[0]) is not str or depth > DEPTH:
            raise Breach("a value that is none")
        try:
            decoder = self._decoders.get(data[0])
            if decoder is None:
                return self._resolve(data[0], data[1:], self, depth)
            return decoder(data[1:], depth)
        except GlassBroken:
            raise
        except Exception as wrong:
            raise Breach(f"a value that is none: {type(wrong).__name__}") from None

    def decode_all(self, items, depth=0):
        """Several values."""
        return [self.decode(item, depth + 1) for item in items]

    def _known(self, fields, depth):
        del depth
        return self._shared[whole(fields[0])].thing

    def _new(self, number, empty):
        if len(self._shared) > CONTAINERS:
            raise Breach(f"over {CONTAINERS:,} containers at once")
        if whole(number) in self._shared or (number - self._next) % 2 == 0:
            raise Breach("a container id that is not the far side's to give")
        self._track(number, empty)
        return empty

    def decode_run(self, fields, depth):
        """A list of plain numbers, sent as one array."""
        del depth
        number, kind, text = fields
        if kind not in ("q", "d"):
            raise Breach("an array of an unknown kind")
        run = array(kind)
        run.frombytes(from_base64(text))
        thing = self._new(number, [])
        thing.extend(run)
        self._settle(number)
        return thing

    def decode_bytearray(self, fields, depth):
        """A bytearray, likewise."""
        del depth
        thing = self._new(fields[0], bytearray())
        thing[:] = from_base64(fields[1])
        self._settle(fields[0])
        return thing

    def fill(self, number, empty, items, depth):
        """A container that the far side shares from now on; known before its items are, so that a cycle can name it."""
        thing = self._new(number, empty)
        refill(thing, self.decode_all(items, depth))
        self._settle(number)
        return thing

    def decode_into(self, thing, form, depth):
        """Share a container of this side's making, an object of a container's subclass: `form` is that of its storage.

        Raises:
            Breach: the form is of another kind of container.
        """
        kind = kind_of(type(thing))
        if type(form) is not list or not form:
            raise Breach("a container without its content")
        if form[0] == "@" and self._shared[whole(form[1])].thing is thing:
            return
        if form[0] != _TAGS[kind]:
            raise Breach("a container with the content of another")
        first = 3 if kind in (deque, defaultdict) else 2
        if kind is bytearray:
            self._new(form[1], thing)[:] = from_base64(form[2])
            self._settle(form[1])
            return
        if kind is deque:
            deque.__init__(thing, (), form[2])
        if kind is defaultdict:
            defaultdict.default_factory.__set__(thing, self.decode(form[2], depth))
        self.fill(form[1], thing, form[first:], depth)

    # ------------------------------------------------------------ shared containers
    def _track(self, number, thing):
        self._shared[number] = Shared(thing)
        self._ids[id(thing)] = number

    def _settle(self, number):
        shared = self._shared[number]
        shared.known = content(shared.thing)

    def updates(self):
        """What changed on this side since the far side last knew: [[container id, items...]...]."""
        changed = []
        for number, shared in list(self._shared.items()):
            if number not in self._fresh and shared.is_changed():
                shared.known = content(shared.thing)
                changed.append([number, *self.encode_all(shared.known)])
        self._fresh.clear()
        return changed

    def unsaid(self):
        """The message that was being written can't be sent: the far side never hears of the containers in it."""
        for number in self._fresh:
            del self._ids[id(self._shared.pop(number).thing)]
        self._fresh.clear()

    def apply(self, updates):
        """Take the far side's changes over."""
        if type(updates) is not list:
            raise Breach("updates that are none")
        for update in updates:
            if type(update) is not list or not update or whole(update[0]) not in self._shared:
                raise Breach("an update of a container that is not shared")
            thing = self._shared[update[0]].thing
            self._before.setdefault(update[0], (thing, content(thing)))
            try:
                refill(thing, self.decode_all(update[1:]))
            except GlassBroken:
                raise
            except Exception as wrong:
                raise Breach(f"an update that is none: {type(wrong).__name__}") from None
            self._settle(update[0])

    def restore(self):
        """Give this side's own containers the content they had before the far side changed them."""
        for number, (thing, items) in self._before.items():
            if (number - self._next) % 2 == 0:
                refill(thing, items)
        self._before.clear()

    def trim(self):
        """Between calls: what is too large to watch is shared no more, the oldest first."""
        room = TRACKED
        for number in sorted(self._shared, reverse=True):
            room -= 1 + len(self._shared[number].known)
            if room < 0 and type(self._shared[number].thing) in KINDS:  # of a subclass, this is where its content is
                self._ids.pop(id(self._shared.pop(number).thing), None)
