"""Unix sockets carried over one stream of bytes, for sandboxes between which no socket passes (gVisor); standard library alone.

A relay stands at either end of the stream. What arrives on a socket of its side leaves as frames; a descriptor that rides
on it becomes a channel, and the other end makes a socket of that again. So neither the examiner nor the supervisor can
tell a relayed slot from one that both see.

    frame:   4 bytes of length, 16 of seal, then the body: kind, 4 bytes of channel, and
    `D`      4 bytes of the channel that rides along (or none), at most 64 KiB of data
    `A`      4 bytes: so many bytes of the channel were handed on, and as many more may come
    `E`      nothing: the channel is closed

Every frame is sealed with a key that both relays got before any code of the submission ran: under gVisor the streams of
PID 1 can be opened through /proc by whoever runs as the same user.
"""

import array
import hashlib
import os
import select
import socket
import struct

KEY_BYTES = 32
_PART = 64 * 1024
_WINDOW = (
    256 * 1024
)  # of one channel, on its way and not handed on: what a side must hold for a reader that doesn't read
_FULL = 256 * 1024  # of the stream's own queue: above it nothing more is taken from the sockets
_CHANNELS = 64
_HEAD = struct.Struct(">I16s")
_BODY = struct.Struct(">cI")
_NUMBER = struct.Struct(">I")
_NONE = 0xFFFFFFFF


class Broken(Exception):
    """The stream ended, or carries what no relay sends."""


class _Channel:
    """A socket of this side: what waits to be written to it, and how much more may be read from it."""

    def __init__(self, sock):
        sock.setblocking(False)
        self.sock, self.pending, self.room, self.held, self.is_ending = sock, [], _WINDOW, 0, False


class Relay:
    """One end of the stream.

    Args:
        source: descriptor that the far relay's bytes come from.
        sink: descriptor that they go to.
        key: KEY_BYTES bytes, the same on both sides.
        side: 0 in the examiner's container, 1 in the candidate's.
        root: the socket of channel 0.
    """

    def __init__(self, source, sink, key, side, root):
        self._source, self._sink, self._key, self._side = source, sink, key, side
        self._channels = {0: _Channel(root)}
        self._next = 2 + side  # even numbers are the examiner's, odd ones the candidate's
        self._sent = self._received = 0
        self._incoming, self._outgoing = bytearray(), bytearray()
        for descriptor in (source, sink):
            os.set_blocking(descriptor, False)

    def run(self):
        """Carry until the stream ends, channel 0 is closed, or the far side breaks its word; then close everything."""
        try:
            while 0 in self._channels or self._outgoing:
                self._turn()
        except Broken:
            pass
        finally:
            for channel in self._channels.values():
                channel.sock.close()
                _close(channel)

    def _turn(self):
        poll = select.poll()
        poll.register(self._source, select.POLLIN)
        if self._outgoing:
            poll.register(self._sink, select.POLLOUT)
        numbers = {}
        for number, channel in self._channels.items():
            takes = channel.room > 0 and len(self._outgoing) < _FULL and not channel.is_ending
            events = (select.POLLIN if takes else 0) | (select.POLLOUT if channel.pending else 0)
            if events:
                poll.register(channel.sock, events)
                numbers[channel.sock.fileno()] = number
        for descriptor, event in poll.poll():
            if descriptor in numbers:
                self._serve(numbers[descriptor], event)
            elif descriptor == self._sink:
                self._drain()
            if descriptor == self._source and event & ~select.POLLOUT:
                self._take()

    def _serve(self, number, event):
        channel = self._channels.get(number)
        if channel is not None and channel.pending:
            self._hand_on(number, channel)
        channel = self._channels.get(number)
        if channel is not None and event & (select.POLLIN | select.POLLHUP | select.POLLERR) and channel.room > 0:
            self._read(number, channel)

    def _read(self, number, channel):
        """What this side wrote to a channel goes to the far side, with what rides on it."""
        size = min(_PART, channel.room)
        try:
            # Of the candidate's channels only the supervisor's own may bring descriptors: what others send is dropped.
            if self._side == 0 or number == 0:
                data, descriptors, _, _ = socket.recv_fds(channel.sock, size, 1)
            else:
                data, descriptors = channel.sock.recv(size), []
        except BlockingIOError:
            return
        except OSError:
            data, descriptors = b"", []
        if not data:
            self._end(number)
            return
        channel.room -= len(data)
        self._send(b"D", number, _NUMBER.pack(self._adopt(descriptors)) + data)

    def _adopt(self, descriptors):
        for descriptor in descriptors:
            number, self._next = self._next, self._next + 2
            self._channels[number] = _Channel(socket.socket(fileno=descriptor))
            return number
        return _NONE

    def _hand_on(self, number, channel):
        """What came for a channel is written to its socket, as far as its reader reads."""
        done = 0
        try:
            while channel.pending:
                data, descriptors = channel.pending[0]
                ride = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
                count = channel.sock.sendmsg([data], ride)
                for descriptor in descriptors:
                    os.close(descriptor)
                done += count
                rest = data[count:]
                channel.pending[:1] = [(rest, [])] if rest else []
        except BlockingIOError:
            pass
        except OSError:
            self._end(number)
            return
        if done:
            channel.held -= done
            self._send(b"A", number, _NUMBER.pack(done))
        if channel.is_ending and not channel.pending:
            self._forget(number)

    def _end(self, number):
        """The socket of this side was closed."""
        if not self._channels[number].is_ending:
            self._send(b"E", number, b"")
        self._forget(number)

    def _forget(self, number):
        channel = self._channels.pop(number)
        channel.sock.close()
        _close(channel)

    # ------------------------------------------------------------ the stream
    def _send(self, kind, number, payload):
        body = _BODY.pack(kind, number) + payload
        self._outgoing += _HEAD.pack(len(body), self._seal(self._side, self._sent, body)) + body
        self._sent += 1
        self._drain()

    def _drain(self):
        while self._outgoing:
            try:
                count = os.write(self._sink, bytes(self._outgoing[:_PART]))
            except BlockingIOError:
                return
            except OSError as gone:
                raise Broken("the stream was closed") from gone
            del self._outgoing[:count]

    def _take(self):
        try:
            part = os.read(self._source, _PART)
        except BlockingIOError:
            return
        except OSError as gone:
            raise Broken("the stream was closed") from gone
        if not part:
            raise Broken("the stream ended")
        self._incoming += part
        while len(self._incoming) >= _HEAD.size:
            length, seal = _HEAD.unpack_from(self._incoming)
            if not _BODY.size <= length <= _BODY.size + _NUMBER.size + _PART:
                raise Broken(f"a frame of {length} bytes")
            if len(self._incoming) < _HEAD.size + length:
                return
            body = bytes(self._incoming[_HEAD.size : _HEAD.size + length])
            del self._incoming[: _HEAD.size + length]
            if seal != self._seal(1 - self._side, self._received, body):
                raise Broken("a frame without its seal")
            self._received += 1
            self._obey(body)

    def _seal(self, side, count, body):
        return hashlib.blake2s(struct.pack(">BQ", side, count) + body, key=self._key, digest_size=16).digest()

    def _obey(self, body):
        kind, number = _BODY.unpack_from(body)
        channel, payload = self._channels.get(number), body[_BODY.size :]
        if channel is None:
            if kind == b"D" and _NUMBER.unpack_from(payload)[0] != _NONE:
                self._send(b"E", _NUMBER.unpack_from(payload)[0], b"")  # it rode to a channel that is closed
            return
        if kind == b"D":
            self._arrived(channel, _NUMBER.unpack_from(payload)[0], payload[_NUMBER.size :])
            self._hand_on(number, channel)
        elif kind == b"A":
            channel.room += _NUMBER.unpack(payload)[0]
        elif kind == b"E":
            channel.is_ending = True
            self._hand_on(number, channel)
        else:
            raise Broken(f"a frame of kind {kind!r}")

    def _arrived(self, channel, rider, data):
        channel.held += len(data)
        if not data or channel.held > _WINDOW or channel.is_ending:
            raise Broken("more than the channel may hold")
        descriptors = []
        if rider != _NONE:
            if rider in self._channels or len(self._channels) >= _CHANNELS or rider % 2 == self._side:
                raise Broken("a channel that can't be opened")
            ours, theirs = socket.socketpair()
            self._channels[rider] = _Channel(ours)
            descriptors = [theirs.detach()]
        channel.pending.append((data, descriptors))


def _close(channel):
    """Descriptors that were on their way and never arrived."""
    for _, descriptors in channel.pending:
        for descriptor in descriptors:
            os.close(descriptor)
