"""One test's conversation with its child of the candidate's zygote; whatever breaks it leaves it dead."""

import contextlib
import sys
import threading
import traceback

import ambient
import codec
import frames
import handles
import heirs
from calls import Call, Calls
from frames import Breach, CandidateGone, CannotCross, GlassBroken
from given import Given, is_verdict
from grants import Grants
from proxy import Proxies

_CALL_DEPTH = 100
_CUT = "\n[what is printed beyond {:g} MiB is cut]\n"
PRINTED = 1024 * 1024  # bytes a test, where the assignment says nothing else


class _Unnoted(Call):
    """A call that nobody will ask about."""

    def __init__(self) -> None:
        super().__init__("", (), {})

    def answered(self, value: object) -> None:
        """Nothing is kept."""

    def raised(self, raised: BaseException) -> None:
        """Nothing is kept."""


_UNNOTED = _Unnoted()


def _is_far(zone: object) -> bool:
    return handles.far_of(zone) is not None


class Peer:
    """One test's conversation with its child of the zygote; requests and callbacks nest like calls."""

    def __init__(
        self, wire: frames.Wire, eq: str = "used", collected: "Peer | None" = None, printed: int = PRINTED
    ) -> None:
        self.dead: GlassBroken | None = None
        self.sticky: BaseException | None = None  # an assertion that failed in a callback, whatever became of it
        self._outer, self._stuck_in = 0, 0  # which call of the test's this is, and in which one `sticky` was raised
        self.calls: Calls | None = None  # kept where a test is judged
        self.eq = eq
        self.opinions = 0  # comparisons that the candidate's code decided
        self.grants = Grants(collected.grants if collected else None)
        self._wire, self._depth, self._printed, self._room = wire, 0, printed, printed
        self._turn = threading.RLock()
        self._modules = dict(collected._modules) if collected else {}
        self.proxies = collected.proxies.resumed(self) if collected else Proxies(self)
        self._given = Given(self.proxies)
        self.surroundings = ambient.Surroundings(self._ask)
        sides = (self.proxies.export, self.proxies.resolve)
        self._codec = collected._codec.resumed(*sides) if collected else codec.Codec(0, *sides, _is_far)

    def noted(self, name: str, args: tuple[object, ...], kwargs: dict[str, object]) -> Call:
        """Note a call of the test's own, where its calls are kept; one in a callback is no call of the test's."""
        return _UNNOTED if self.calls is None or self._depth else self.calls.made(name, args, kwargs)

    def ask(self, op: str, *values: object) -> object:
        """Ask the candidate; raises what its code raised, as a mirror of it, or GlassBroken."""
        if self._depth:
            return self._ask(op, *values)
        with self._turn:
            self._outer += 1
            self.surroundings.before()
            try:
                return self._ask(op, *values)
            finally:
                if self.dead is None:
                    self.surroundings.after()

    def _ask(self, op: str, *values: object) -> object:
        with self._turn, self._guarded():
            try:
                encoded = self._codec.encode_all(values)
                self._wire.send(["q", op, self._codec.updates(), "", *encoded])
            except CannotCross:
                self._codec.unsaid()
                raise
            is_raised, value = self._reply()
        if is_raised:
            if value is self.sticky and self._stuck_in == self._outer:
                self.sticky = None  # it came through the very call it was raised in: nobody swallowed it
            raise value  # type: ignore[misc]  # an exception: _take looked
        return value

    def module(self, name: str) -> object:
        """A module of the candidate; asked for once, since every use of a name of it passes here."""
        if name not in self._modules:
            self._modules[name] = self.ask("import", name)
        return self._modules[name]

    def leave(self) -> None:
        """End the conversation of a collection; tests go on from where it stands."""
        self._wire.sock.close()
        self.dead = self.dead or CandidateGone("this object is used outside of a test")

    def close(self) -> None:
        """End the conversation."""
        self._wire.sock.close()
        self._given.unmark()
        self._codec.restore()  # a list of the suite's, which later tests use
        handles.forget(self.proxies)
        self.dead = self.dead or CandidateGone("this object's test is over")

    def extend(self, deadline: float) -> None:
        """Go on with the next test: until `deadline`, with a fresh allowance of bytes and prints."""
        self._wire.deadline, self._wire.budget, self._room = deadline, frames.TOTAL_BYTES, self._printed
        self.sticky, self.calls = None, Calls()

    def encode(self, value: object) -> object:
        """The wire's form of a value."""
        return self._codec.encode(value)

    def share(self, thing: object) -> object:
        """The wire's form of what a container's subclass of the test holds."""
        return self._codec.encode_container(thing)

    @contextlib.contextmanager
    def _guarded(self):  # type: ignore[no-untyped-def]
        """A break is remembered, and every later use of the peer raises it again."""
        if self.dead is not None:
            raise self.dead
        if self._depth > _CALL_DEPTH:
            raise RecursionError("calls back and forth are nested too deeply")
        self._depth += 1
        try:
            yield
        except (GlassBroken, MemoryError) as broken:
            traceback.clear_frames(broken.__traceback__)  # what broke it may be large, and pytest keeps the traceback
            full = Breach("sent more than there is memory for")
            self.dead = self.dead or (broken if isinstance(broken, GlassBroken) else full)
            raise self.dead from None
        finally:
            self._depth -= 1

    def _reply(self) -> tuple[bool, object]:
        while True:
            message = self._wire.receive()
            kind = message[0] if message else None
            if kind == "q" and len(message) >= 4:
                self._serve(message)
            elif kind in ("r", "x") and len(message) >= 4:
                return self._take(message)
            else:
                raise Breach("neither an answer nor a question")

    def _take(self, message: list[object]) -> tuple[bool, object]:
        value = self._codec.decode(message[1])
        self._codec.apply(message[2])
        self._print(message[3])
        if self._depth == 1:
            self._codec.trim()
        if message[0] == "x" and not isinstance(value, BaseException):
            raise Breach("raised what can't be raised")
        return message[0] == "x", value

    def _serve(self, message: list[object]) -> None:
        """Answer a question about an object of the test; what it raises goes to the candidate."""
        values = self._codec.decode_all(message[4:])
        bound = heirs.bound(message[1], values)
        if bound is not None:
            self.grants.arrived(bound.number, -1)
        self._codec.apply(message[2])
        self._print(message[3])
        try:
            if self._depth > _CALL_DEPTH:
                raise RecursionError("calls back and forth are nested too deeply")
            reply = ["r", self._codec.encode(self._given.serve(message[1], values))]
        except GlassBroken:
            raise
        except BaseException as raised:
            if is_verdict(raised) and self.sticky is None:
                self.sticky, self._stuck_in = raised, self._outer
            self._codec.unsaid()
            reply = ["x", self._codec.encode(raised)]
        self._wire.send([*reply, self._codec.updates(), ""])

    def _print(self, out: object) -> None:
        """What the candidate printed appears where the test's own prints do."""
        if type(out) is not list or len(out) != 2:
            raise Breach("printed what can't be printed")
        for text, stream in zip(out, (sys.stdout, sys.stderr), strict=True):
            if text and type(text) is str:
                stream.write(self._fitting(text.encode("utf-8", "replace")))

    def _fitting(self, printed: bytes) -> str:
        """What there is room for; where the room ends, it says so once."""
        left, self._room = self._room, self._room - len(printed)
        kept = printed[: max(0, left)].decode("utf-8", "ignore")
        return kept + _CUT.format(self._printed / 2**20) if self._room < 0 <= left else kept
