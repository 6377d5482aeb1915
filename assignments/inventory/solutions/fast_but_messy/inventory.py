import re
from decimal import *
import os, sys
R = re.compile(r"\s*([A-Za-z0-9-]+)\s+x\s+([0-9]+)\s+@\s+([0-9]+(?:\.[0-9]{1,2})?)\s*", re.ASCII)
class InventoryError(Exception): pass
class ParseError(InventoryError):
    def __init__(s, l, t):
        InventoryError.__init__(s, "line %d: not an order line: %r" % (l, t.strip())); s.line = l
class StockError(InventoryError):
    def __init__(s, w, k, q, a):
        InventoryError.__init__(s, "%s in %s: %d wanted, %d available" % (k, w, q, a)); s.warehouse = w; s.sku = k; s.wanted = q; s.available = a
class UnknownReservationError(InventoryError):
    def __init__(s, n):
        InventoryError.__init__(s, "no open reservation %d" % n); s.number = n
def parse_orders(t):
    o = []
    i = 0
    for l in t.split("\n"):
        i += 1
        m = R.fullmatch(l)
        if m == None:
            if l.strip() == "" or l.strip()[0] == "#":
                continue
            else:
                raise ParseError(i, l)
        else:
            if int(m.group(2)) == 0:
                raise ParseError(i, l)
            o.append((m.group(1).upper(), int(m.group(2)), Decimal(m.group(3))))
    return o
def order_totals(t):
    d = {}
    for (k, q, p) in parse_orders(t):
        if k in d:
            d[k] = (d[k][0] + q, d[k][1] + q * p)
        else:
            d[k] = (q, q * p)
    return d
def top_n(t, n):
    if n < 0: raise ValueError("n must not be negative")
    l = []
    for k, v in order_totals(t).items():
        l.append((-v[1], k))
    l.sort()
    return [(k, -v) for v, k in l[:n]]
class Inventory:
    def __init__(self):
        self.d = {}
        self.r = {}
        self.c = 0
    def receive(self, w, t):
        l = parse_orders(t)
        for k, q, p in l:
            if (w, k) not in self.d:
                self.d[(w, k)] = []
            self.d[(w, k)].append([q, p])
        return len(l)
    def stock(self, w, k):
        x = 0
        if (w, k) in self.d:
            for y in self.d[(w, k)]:
                x = x + y[0]
        return x
    def available(self, w, k):
        x = self.stock(w, k)
        for i in self.r:
            if self.r[i][0] == w:
                if self.r[i][1] == k:
                    x = x - self.r[i][2]
        return x
    def skus(self, w):
        l = []
        for x in self.d:
            if x[0] == w:
                if self.stock(x[0], x[1]) > 0:
                    l.append(x[1])
        l.sort()
        return l
    def t(self, w, k, q):
        o = []
        while q > 0:
            f = self.d[(w, k)][0]
            if f[0] <= q:
                q = q - f[0]
                o.append(f)
                self.d[(w, k)].pop(0)
            else:
                o.append([q, f[1]])
                self.d[(w, k)][0] = [f[0] - q, f[1]]
                q = 0
        return o
    def ship(self, w, k, q):
        if q <= 0: raise ValueError("quantity must be positive")
        if q > self.available(w, k): raise StockError(w, k, q, self.available(w, k))
        v = Decimal(0)
        for x in self.t(w, k, q): v = v + x[0] * x[1]
        return v
    def move(self, a, b, k, q):
        if a == b: raise ValueError("source and target must differ")
        if q <= 0: raise ValueError("quantity must be positive")
        if q > self.available(a, k): raise StockError(a, k, q, self.available(a, k))
        if (b, k) not in self.d:
            self.d[(b, k)] = []
        for x in self.t(a, k, q): self.d[(b, k)].append(x)
    def reserve(self, w, k, q):
        if q <= 0: raise ValueError("quantity must be positive")
        if q > self.available(w, k): raise StockError(w, k, q, self.available(w, k))
        self.c = self.c + 1
        self.r[self.c] = (w, k, q)
        return self.c
    def release(self, n):
        if n not in self.r: raise UnknownReservationError(n)
        del self.r[n]
    def fulfil(self, n):
        if n not in self.r: raise UnknownReservationError(n)
        w, k, q = self.r[n]
        del self.r[n]
        v = Decimal(0)
        for x in self.t(w, k, q): v = v + x[0] * x[1]
        return v
    def open_reservations(self):
        l = []
        for i in self.r: l.append((i, self.r[i][0], self.r[i][1], self.r[i][2]))
        return l
    def apply(self, b):
        sd = {}
        for x in self.d: sd[x] = [list(y) for y in self.d[x]]
        sr = dict(self.r)
        sc = self.c
        o = []
        try:
            for x in b:
                if x[0] == "receive":
                    o.append(self.receive(x[1], x[2]))
                else:
                    if x[0] == "ship":
                        o.append(self.ship(x[1], x[2], x[3]))
                    else:
                        if x[0] == "move":
                            o.append(self.move(x[1], x[2], x[3], x[4]))
                        else:
                            if x[0] == "reserve":
                                o.append(self.reserve(x[1], x[2], x[3]))
                            else:
                                if x[0] == "release":
                                    o.append(self.release(x[1]))
                                else:
                                    if x[0] == "fulfil":
                                        o.append(self.fulfil(x[1]))
                                    else:
                                        raise ValueError("unknown operation %r" % x[0])
        except:
            self.d = sd
            self.r = sr
            self.c = sc
            raise
        return o
    def value(self, w=None):
        v = Decimal(0)
        for x in self.d:
            if w == None or x[0] == w:
                for y in self.d[x]: v = v + y[0] * y[1]
        return v.quantize(Decimal("0.01"))
    def report(self):
        o = ""
        ws = []
        for x in self.d:
            if x[0] not in ws and self.stock(x[0], x[1]) > 0:
                ws.append(x[0])
        ws.sort()
        for w in ws:
            o = o + w + "\n"
            for k in self.skus(w):
                v = Decimal(0)
                for y in self.d[(w, k)]: v = v + y[0] * y[1]
                o = o + "  " + k + " x " + str(self.stock(w, k)) + " = " + str(v.quantize(Decimal("0.01"))) + "\n"
        return o + "total " + str(self.value())
