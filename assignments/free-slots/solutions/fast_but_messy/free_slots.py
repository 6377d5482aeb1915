from datetime import *
import sys, os
U = timezone.utc
def merge(l):
    r = []
    for x in sorted(l):
        if x[1] < x[0]: raise ValueError("interval ends before it starts")
        else:
            if x[0] != x[1]:
                if len(r) > 0:
                    if x[0] <= r[len(r) - 1][1]:
                        if x[1] > r[len(r) - 1][1]:
                            r[len(r) - 1] = (r[len(r) - 1][0], x[1])
                    else: r.append((x[0], x[1]))
                else: r.append((x[0], x[1]))
    return r
def merge_feed(f):
    l = []
    if len(f) % 2 == 1: raise ValueError("a feed holds pairs of start and end")
    for i in range(0, len(f), 2): l.append((f[i], f[i + 1]))
    r = []
    for x in merge(l):
        r.append(x[0])
        r.append(x[1])
    return r
def first_slots(p, l, c, w):
    if l <= timedelta(0): raise ValueError("length must be positive")
    if c < 0: raise ValueError("count must not be negative")
    if w[0].tzinfo == None or w[1].tzinfo == None: raise ValueError("no time zone")
    if w[1].astimezone(U) < w[0].astimezone(U): raise ValueError("interval ends before it starts")
    b = []
    for x in p:
        for y in x:
            if y[0].tzinfo == None or y[1].tzinfo == None: raise ValueError("no time zone")
            if y[1].astimezone(U) < y[0].astimezone(U): raise ValueError("interval ends before it starts")
            b.append((y[0].astimezone(U), y[1].astimezone(U)))
    b = merge(b)
    r = []
    t = w[0].astimezone(U)
    e = w[1].astimezone(U)
    for x in b:
        while t + l <= x[0] and t + l <= e:
            if len(r) < c:
                r.append((t.astimezone(w[0].tzinfo), (t + l).astimezone(w[0].tzinfo)))
                t = t + l
            else:
                return r
        if x[1] > t: t = x[1]
    while t + l <= e:
        if len(r) < c:
            r.append((t.astimezone(w[0].tzinfo), (t + l).astimezone(w[0].tzinfo)))
            t = t + l
        else:
            return r
    return r
def working_windows(d, o, c, z):
    if c > o: return [(datetime.combine(d, o, z), datetime.combine(d, c, z))]
    else: return [(datetime.combine(d, o, z), datetime.combine(d + timedelta(days=1), c, z))]
class Calendar:
    def __init__(self): self.d = {}
    def add(self, p, s, e):
        if s.tzinfo == None or e.tzinfo == None: raise ValueError("no time zone")
        if e.astimezone(U) < s.astimezone(U): raise ValueError("interval ends before it starts")
        if p not in self.d: self.d[p] = []
        self.d[p].append((s.astimezone(U), e.astimezone(U)))
    def remove(self, p, s, e):
        if p in self.d:
            if (s.astimezone(U), e.astimezone(U)) in self.d[p]:
                self.d[p].remove((s.astimezone(U), e.astimezone(U)))
            else: raise KeyError(p)
        else: raise KeyError(p)
    def busy(self, p):
        if p in self.d: return merge(self.d[p])
        else: return []
    def first_slots(self, p, l, c, w):
        x = []
        for y in p:
            if y in self.d: x.append(self.d[y])
        return first_slots(x, l, c, w)
