"""The candidate's side of a test: answers the examiner's requests about objects of the submission; standard library alone.

Everything here runs in one process with the submission: nothing it says is believed, so nothing here needs a defence.
"""

import importlib
import io
import random
import sys
import types

import ambient
import asked
import codec
import containers
import described
import frames
import heirs
import signatures
from far import Far, Given, far_class, far_exception

_REPR_CAP = 2000
_CAUSES = 5
_HEADROOM = 150  # stack frames
_LAZY = {types.GeneratorType: "g", types.CoroutineType: "aw", types.AsyncGeneratorType: "ag"}
_MADE_OF = {base.__name__: base for base in (*described.VALUE_BASES, *containers.KINDS)}


class Output(io.BytesIO):
    """What the submission prints, until it is sent with the next message; never more than `room` bytes a test."""

    def __init__(self, room):
        super().__init__()
        self.room = room

    def write(self, data):
        """Keep what there is room for; the writer never notices."""
        kept = bytes(data)[: self.room]
        self.room -= len(kept)
        super().write(kept)
        return len(data)

    def take(self):
        """What was printed since the last time."""
        if not self.tell():
            return ""
        text = self.getvalue().decode("utf-8", "replace")
        self.seek(0)
        self.truncate()
        return text


def _is_own_zone(zone):
    """Whether it is of a class of the submission's; those of the standard library cross as an offset."""
    return not described.is_stdlib(type(zone))


class Child:
    """One test's conversation: answers requests, and asks back about the test's own objects."""

    def __init__(self, sock, out, err):
        self._wire, self._out, self._err = frames.Wire(sock), out, err
        self._codec = codec.Codec(1, self._export, self._resolve, _is_own_zone)
        self._handles, self._numbers, self._far = {}, {}, {}
        self._said, self._depth = set(), 0
        self._loop = None
        self._surroundings = ambient.Surroundings(self)
        self._ops = {
            "import": importlib.import_module,
            "reload": importlib.reload,
            "get": lambda thing, name: getattr(thing, name),
            "set": lambda thing, name, value: setattr(thing, name, value),
            "del": lambda thing, name: delattr(thing, name),
            "call": lambda thing, args, kwargs: thing(*args, **dict(kwargs)),
            "meth": lambda thing, name, args, kwargs: getattr(thing, name)(*args, **dict(kwargs)),
            "dun": asked.special,
            "dir": lambda thing: [name for name in dir(thing) if type(name) is str],
            "own": asked.own,
            "star": asked.star,
            "signature": signatures.told,
            "run": self._run,
            "repr": asked.shown,
            "copy": asked.copied,
            "seed": random.seed,
            "follow": self._surroundings.follow,
            "write": self._surroundings.write,
            "changed": self._surroundings.changed,
            "pickle": asked.pickled,
            "unpickle": lambda data: importlib.import_module("pickle").loads(data),
            "names": heirs.names,
            "heir": self._heir,
            "define": heirs.define,
            "super": heirs.inherited,
            "keep": asked.keep,
            "nothing": asked.nothing,
        }

    def take_over(self):
        """From now on what reads or warns in this process, or in a fork of it, reaches this conversation's test."""
        self._surroundings.take_over()

    def move(self, sock):
        """Go on over another socket, with all that was made so far."""
        self._wire = frames.Wire(sock)

    def serve(self):
        """Answer until the examiner closes the socket."""
        try:
            while True:
                self._answer(self._wire.receive())
        except frames.GlassBroken:
            return

    def ask(self, op, *values):
        """Ask the examiner about an object of the test; answers its requests meanwhile."""
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(limit + _HEADROOM)  # a submission that recurses too deeply must not break off in here
        try:
            return self._ask(op, values)
        finally:
            sys.setrecursionlimit(limit)

    def _ask(self, op, values):
        encoded = self._codec.encode_all(values)
        self._wire.send(["q", op, self._codec.updates(), self._printed(), *encoded])
        while True:
            message = self._wire.receive()
            if message[0] == "q":
                self._answer(message)
                continue
            value = self._codec.decode(message[1])
            self._codec.apply(message[2])
            if message[0] == "x":
                raise value
            return value

    def _answer(self, message):
        self._depth += 1
        try:
            values = self._codec.decode_all(message[4:])
            self._codec.apply(message[2])
            reply = ["r", self._codec.encode(self._ops[message[1]](*values))]
        except frames.GlassBroken:
            raise
        except BaseException as raised:
            reply = ["x", self._raised(raised)]
        trace = reply.pop() if len(reply) > 2 else None
        self._wire.send([*reply, self._codec.updates(), self._printed(), *([trace] if trace else [])])
        self._depth -= 1
        if self._depth == 0:
            self._codec.trim()

    def _raised(self, raised):
        try:
            return self._exception(raised, _CAUSES)
        except Exception:
            return [
                "e",
                None,
                ["b", "builtins.RuntimeError"],
                ["t", f"{type(raised).__name__} that can't be described"],
                None,
                None,
                "",
            ]

    def _printed(self):
        return [self._out.take(), self._err.take()]

    # ------------------------------------------------------------ what isn't plain data
    def _export(self, thing):
        if isinstance(thing, Given):
            return ["y", thing.number]
        if isinstance(thing, Far):
            return ["y", thing._far_number]
        if isinstance(thing, type):
            return self._class(thing)
        if isinstance(thing, BaseException):
            return self._exception(thing, _CAUSES)
        if isinstance(thing, types.ModuleType):
            return ["m", self._number(thing), thing.__name__]
        if isinstance(thing, (types.FunctionType, types.MethodType, types.BuiltinFunctionType)):
            return self._function(thing)
        if type(thing) in _LAZY:
            return [_LAZY[type(thing)], self._number(thing)]
        return ["o", self._number(thing), self._described(type(thing)), self._base(thing)]

    def _function(self, thing):
        number = self._number(thing)
        if number in self._said:
            return ["fn", number]
        self._said.add(number)
        return [
            "fn",
            number,
            described.name(thing),
            described.doc(thing),
            described.kind(thing),
            described.text(thing, "__module__"),
            described.text(thing, "__qualname__"),
        ]

    def _base(self, thing):
        """The plain value of an instance of a value type's subclass, such as a named tuple; the content of a container's."""
        if containers.kind_of(type(thing)) is not None:
            return self._codec.encode_container(thing)
        for base in described.VALUE_BASES:
            if isinstance(thing, base):
                return self._codec.encode(
                    base.__add__(thing, base()) if base in (str, bytes, tuple) else described.exact(base, thing)
                )
        return None

    def _class(self, kind):
        if kind.__module__ == "builtins" and getattr(sys.modules["builtins"], kind.__name__, None) is kind:
            return ["b", f"builtins.{kind.__name__}"]
        if kind in described.plain():
            return ["b", f"{kind.__module__}.{kind.__qualname__}"]
        if issubclass(kind, BaseException) and described.is_stdlib(kind):
            return ["b", f"{kind.__module__}.{kind.__qualname__}"]
        if "_far_class" in vars(kind):
            return ["y", kind._far_class]
        return self._described(kind)

    def _described(self, kind):
        number = self._number(kind)
        if number in self._said:
            return ["c", number]
        self._said.add(number)
        bases = [self._class(base) for base in kind.__bases__ if base is not object]
        return [
            "C",
            number,
            kind.__name__,
            kind.__qualname__,
            kind.__module__,
            bases,
            described.dunders(kind),
            described.shadows(kind),
            described.fields(kind),
            described.doc(kind),
        ]

    def _run(self, thing, method=None, args=()):
        """Run something awaitable to its end, on this child's own loop."""
        import asyncio

        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self._loop)

        async def awaited():
            return await (thing if method is None else getattr(thing, method)(*args))

        return self._loop.run_until_complete(awaited())

    def _heir(self, _base, *described):
        """A class of the test's that inherits from the submission's; known by its number from now on."""
        number = self._number(heirs.heir(*described))
        self._said.add(number)
        return number

    def _exception(self, raised, causes):
        if "_far_number" in vars(raised):
            return ["y", raised._far_number]
        kind = self._class(type(raised))
        overrides = next(base for base in type(raised).__mro__ if "__str__" in vars(base)).__module__ != "builtins"
        cause = raised.__cause__ if causes else None
        return [
            "e",
            None if kind[0] in ("b", "y") else self._number(raised),
            kind,
            self._codec.encode(described.arguments(raised) if kind[0] == "b" else tuple(raised.args)),
            str(raised)[:_REPR_CAP] if overrides else None,
            self._exception(cause, causes - 1) if cause is not None else None,
            described.trace(raised),
        ]

    def _object_of_test(self, number, name, dunders, fields, shadows, base):
        kind, value = base or (None, None)
        made_of = _MADE_OF.get(kind, object)
        if number not in self._far:
            cls = far_class(tuple(dunders), made_of, None if fields is None else tuple(fields), tuple(shadows))
            holds = made_of not in containers.KINDS and made_of is not object
            self._far[number] = made = cls.__new__(cls, self._codec.decode(value)) if holds else cls.__new__(cls)
            made.__init__(self, number, name)
        if made_of in containers.KINDS:
            self._codec.decode_into(self._far[number], value, 0)
        return self._far[number]

    def _number(self, thing):
        number = self._numbers.get(id(thing))
        if number is None:
            number = len(self._handles)
            self._handles[number], self._numbers[id(thing)] = thing, number
        return number

    def _resolve(self, tag, fields, _codec, _depth):
        if tag == "y":
            return self._handles[fields[0]]
        if tag == "b":
            return described.named(fields[0])
        if tag == "h":
            return self._object_of_test(*fields)
        if tag == "e":
            return described.rebuilt(described.named(fields[0]), self._codec.decode(fields[1]))
        if tag == "ec":
            number, name, base = fields
            if number not in self._far:
                self._far[number] = far_exception(self, number, name, self._codec.decode(base))
            return self._far[number]
        if tag == "eh":
            number, kind, args = fields
            if number not in self._far:
                self._far[number] = described.rebuilt(self._codec.decode(kind), self._codec.decode(args))
                self._far[number]._far_number = number
            return self._far[number]
        raise frames.Breach(f"an unknown tag {tag!r}")
