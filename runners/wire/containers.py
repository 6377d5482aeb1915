"""Mutable containers: what stands in one, and how to put it there, past whatever a subclass makes of it.

One file, the standard library alone, on both sides.
"""

from collections import Counter, OrderedDict, defaultdict, deque

from frames import Breach

SAME_HASH = 1000
_ALL = slice(None)
# Each kind with the type whose own methods reach its storage, the more special first.
_STORAGE = {
    OrderedDict: OrderedDict,
    Counter: dict,
    defaultdict: dict,
    dict: dict,
    list: list,
    set: set,
    bytearray: bytearray,
    deque: deque,
}
KINDS = tuple(_STORAGE)


def kind_of(cls):
    """Which of the kinds a class is or inherits from, else None."""
    return cls if cls in _STORAGE else next((kind for kind in KINDS if issubclass(cls, kind)), None)


def content(thing):
    """The items of a container, flat; what `refill` takes back."""
    kind = type(thing)
    if kind is list:
        return thing[:]
    storage = _STORAGE[kind_of(kind)]
    if storage is dict or storage is OrderedDict:
        return [part for pair in storage.items(thing) for part in pair]
    if storage is bytearray:
        return [bytes(memoryview(thing))]
    return list(storage.__iter__(thing))


def exact(thing):
    """A container of the plain kind with the same items."""
    made = kind_of(type(thing))()
    refill(made, content(thing))
    return made


def refill(thing, items):
    """Give a container these items, in place."""
    storage = _STORAGE[kind_of(type(thing))]
    if storage is list or storage is bytearray:
        storage.__setitem__(thing, _ALL, items if storage is list else items[0])
        return
    storage.clear(thing)
    if storage is dict:
        dict.update(thing, pairs(items))
    elif storage is OrderedDict:
        for key, value in pairs(items):
            OrderedDict.__setitem__(thing, key, value)
    elif storage is set:
        set.update(thing, spread(items))
    else:
        deque.extend(thing, items)


def spread(keys):
    """The keys, unless so many share a hash that a table of them would take hours."""
    if len(keys) > SAME_HASH and len(keys) - len(set(map(hash, keys))) > SAME_HASH:
        raise Breach("too many keys with the same hash")
    return keys


def pairs(items):
    """Keys with their values."""
    if len(items) % 2:
        raise Breach("a mapping with a key and no value")
    return list(zip(spread(items[::2]), items[1::2]))
