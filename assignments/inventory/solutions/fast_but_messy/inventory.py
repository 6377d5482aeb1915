import re, heapq, copy, os, sys, json
from decimal import *

R = re.compile(r'^\s*([A-Za-z0-9-]+)\s+x\s+([0-9]+)\s+@\s+([0-9]+(\.[0-9]{1,2})?)\s*$')

class InventoryError(Exception): pass
class ParseError(InventoryError): pass
class StockError(InventoryError): pass
class UnknownReservationError(InventoryError): pass

def parse_orders(text):
    l = []
    i = 0
    for x in text.split('\n'):
        i = i + 1
        m = R.match(x)
        if m:
            if int(m.group(2)) != 0:
                l.append((m.group(1).upper(), int(m.group(2)), Decimal(m.group(3))))
            else:
                e = ParseError('line ' + str(i) + ': bad: ' + x); e.line = i
                raise e
        else:
            if x.strip() != '':
                if not x.strip().startswith('#'):
                    e = ParseError('line ' + str(i) + ': bad: ' + x); e.line = i
                    raise e
    return l

def order_totals(text):
    d = {}
    i = 0
    for x in text.split('\n'):
        i = i + 1
        m = R.match(x)
        if m:
            if int(m.group(2)) != 0:
                s = m.group(1).upper()
                if s in d:
                    d[s] = (d[s][0] + int(m.group(2)), d[s][1] + int(m.group(2)) * Decimal(m.group(3)))
                else:
                    d[s] = (int(m.group(2)), int(m.group(2)) * Decimal(m.group(3)))
            else:
                e = ParseError('line ' + str(i) + ': bad: ' + x); e.line = i
                raise e
        else:
            if x.strip() != '':
                if not x.strip().startswith('#'):
                    e = ParseError('line ' + str(i) + ': bad: ' + x); e.line = i
                    raise e
    return d

def top_n(text, n):
    if n < 0: raise ValueError('n must not be negative')
    tmp = order_totals(text)
    tmp2 = []
    for k in tmp.keys():
        tmp2.append((-tmp[k][1], k))
    tmp3 = heapq.nsmallest(n, tmp2)
    res = []
    for t in tmp3:
        res.append((t[1], -t[0]))
    return res

class Inventory:
    def __init__(self):
        self.d = {}
        self.r = {}
        self.c = 0

    def receive(self, warehouse, text):
        l = parse_orders(text)
        for x in l:
            if warehouse not in self.d:
                self.d[warehouse] = {}
            if x[0] not in self.d[warehouse]:
                self.d[warehouse][x[0]] = []
            self.d[warehouse][x[0]].append([x[1], x[2]])
        return len(l)

    def stock(self, warehouse, sku):
        t = 0
        if warehouse in self.d:
            if sku in self.d[warehouse]:
                for x in self.d[warehouse][sku]:
                    t = t + x[0]
        return t

    def available(self, warehouse, sku):
        t = 0
        if warehouse in self.d:
            if sku in self.d[warehouse]:
                for x in self.d[warehouse][sku]:
                    t = t + x[0]
        for k in self.r:
            if self.r[k][0] == warehouse and self.r[k][1] == sku:
                t = t - self.r[k][2]
        return t

    def skus(self, warehouse):
        l = []
        if warehouse in self.d:
            for s in self.d[warehouse]:
                if self.stock(warehouse, s) > 0:
                    l.append(s)
        l.sort()
        return l

    def ship(self, warehouse, sku, quantity, flag=False, flag2=None):
        if quantity <= 0: raise ValueError('quantity must be positive')
        if not flag:
            a = self.available(warehouse, sku)
            if quantity > a:
                e = StockError(sku + ' in ' + warehouse + ': ' + str(quantity) + ' wanted, ' + str(a) + ' available')
                e.warehouse = warehouse; e.sku = sku; e.wanted = quantity; e.available = a
                raise e
        c = Decimal(0)
        while quantity > 0:
            x = self.d[warehouse][sku][0]
            if x[0] > quantity:
                c = c + quantity * x[1]
                if flag2 is not None:
                    flag2.append([quantity, x[1]])
                x[0] = x[0] - quantity
                quantity = 0
            else:
                if x[0] == quantity:
                    c = c + quantity * x[1]
                    if flag2 is not None:
                        flag2.append([quantity, x[1]])
                    self.d[warehouse][sku].pop(0)
                    quantity = 0
                else:
                    c = c + x[0] * x[1]
                    if flag2 is not None:
                        flag2.append([x[0], x[1]])
                    quantity = quantity - x[0]
                    self.d[warehouse][sku].pop(0)
        return c

    def move(self, source, target, sku, quantity):
        if source == target: raise ValueError('source and target must differ')
        if quantity <= 0: raise ValueError('quantity must be positive')
        a = self.available(source, sku)
        if quantity > a:
            e = StockError(sku + ' in ' + source + ': ' + str(quantity) + ' wanted, ' + str(a) + ' available')
            e.warehouse = source; e.sku = sku; e.wanted = quantity; e.available = a
            raise e
        tmp = []
        self.ship(source, sku, quantity, False, tmp)
        if target not in self.d:
            self.d[target] = {}
        if sku not in self.d[target]:
            self.d[target][sku] = []
        for x in tmp:
            self.d[target][sku].append(x)

    def reserve(self, warehouse, sku, quantity):
        if quantity <= 0: raise ValueError('quantity must be positive')
        a = self.available(warehouse, sku)
        if quantity > a:
            e = StockError(sku + ' in ' + warehouse + ': ' + str(quantity) + ' wanted, ' + str(a) + ' available')
            e.warehouse = warehouse; e.sku = sku; e.wanted = quantity; e.available = a
            raise e
        self.c = self.c + 1
        self.r[self.c] = (warehouse, sku, quantity)
        return self.c

    def release(self, number):
        if number not in self.r:
            e = UnknownReservationError('no open reservation ' + str(number)); e.number = number
            raise e
        del self.r[number]

    def fulfil(self, number):
        if number not in self.r:
            e = UnknownReservationError('no open reservation ' + str(number)); e.number = number
            raise e
        x = self.r[number]
        del self.r[number]
        return self.ship(x[0], x[1], x[2], True)

    def open_reservations(self):
        l = []
        for k in sorted(self.r.keys()):
            l.append((k, self.r[k][0], self.r[k][1], self.r[k][2]))
        return l

    def apply(self, batch):
        b1 = copy.deepcopy(self.d); b2 = copy.deepcopy(self.r); b3 = self.c
        res = []
        try:
            for o in batch:
                if o[0] == 'receive':
                    res.append(self.receive(o[1], o[2]))
                elif o[0] == 'ship':
                    res.append(self.ship(o[1], o[2], o[3]))
                elif o[0] == 'move':
                    res.append(self.move(o[1], o[2], o[3], o[4]))
                elif o[0] == 'reserve':
                    res.append(self.reserve(o[1], o[2], o[3]))
                elif o[0] == 'release':
                    res.append(self.release(o[1]))
                elif o[0] == 'fulfil':
                    res.append(self.fulfil(o[1]))
                else:
                    raise ValueError("unknown operation '" + str(o[0]) + "'")
        except:
            self.d = b1; self.r = b2; self.c = b3
            raise
        return res

    def value(self, warehouse=None):
        t = Decimal(0)
        for w in self.d:
            if warehouse == None or w == warehouse:
                for s in self.d[w]:
                    for x in self.d[w][s]:
                        t = t + x[0] * x[1]
        return t.quantize(Decimal('0.01'))

    def report(self):
        out = ''
        for w in sorted(self.d.keys()):
            if len(self.skus(w)) > 0:
                out = out + w + '\n'
                for s in self.skus(w):
                    t = Decimal(0)
                    for x in self.d[w][s]:
                        t = t + x[0] * x[1]
                    out = out + '  ' + s + ' x ' + str(self.stock(w, s)) + ' = ' + str(t.quantize(Decimal('0.01'))) + '\n'
        return out + 'total ' + str(self.value())
