"""A test's own class may inherit from the candidate's: it is one class on both sides."""

import abc
import dataclasses

import pytest

CODE = """
import abc, enum

class Shape(abc.ABC):
    sides = 0
    made = 0
    registry = []
    def __init_subclass__(cls, tag=None, **options):
        super().__init_subclass__(**options)
        Shape.registry.append((cls.__name__, tag))
    def __init__(self, name="shape"): self.name = name
    @abc.abstractmethod
    def area(self): ...
    def describe(self): return f"{self.name} of {self.area()}"
    @property
    def label(self): return self.name.upper()
    @classmethod
    def make(cls, *args): cls.made += 1; return cls(*args)
    @staticmethod
    def twice(number): return 2 * number
    def __eq__(self, other): return isinstance(other, Shape) and self.area() == other.area()
    def __lt__(self, other): return self.area() < other.area()
    def __hash__(self): return hash(self.area())

class Bag(dict):
    def __setitem__(self, key, value): super().__setitem__(key, value * 2)
    def total(self): return sum(self.values())

class Oops(Exception):
    def __init__(self, code): super().__init__(code); self.code = code

class Base(enum.Enum):
    def shout(self): return self.name + "!"

def total(shapes): return sum(shape.area() for shape in shapes)
def kind(thing): return type(thing).__name__, isinstance(thing, Shape)
def run(function):
    try: function()
    except Oops as error: return type(error).__name__, error.code
"""


@pytest.fixture
def module(behind_glass):
    """The module above, in a fresh process."""
    return behind_glass(CODE)()


@pytest.fixture
def square(module):
    """A class of the test's."""

    class Square(module.Shape, tag="sq"):
        sides = 4

        def __init__(self, side):
            super().__init__("square")
            self.side = side

        def area(self):
            return self.side**2

        def describe(self):
            return "a " + super().describe()

        @property
        def label(self):
            return super().label + "?"

    return Square


def test_the_candidates_code_calls_what_the_test_overrides(module, square):
    assert square(3).describe() == "a square of 9"
    assert module.total([square(3), square(1)]) == 10


def test_it_is_a_real_class_on_both_sides(module, square):
    assert isinstance(square(3), module.Shape)
    assert type(square(3)) is square
    assert module.kind(square(3)) == ("Square", True)
    assert module.Shape.registry[-1] == ("Square", "sq")


def test_properties_class_attributes_and_class_methods_inherit(module, square):
    made = square.make(2)

    assert (made.label, made.side, square.sides, made.sides) == ("SQUARE?", 2, 4, 4)
    assert (square.made, module.Shape.made, square.twice(4)) == (1, 0, 8)


def test_operators_of_the_candidates_class_inherit(square):
    small, large = square(2), square(3)

    assert small < large
    assert large == square(3) != small
    assert sorted([large, small])[0] is small
    assert len({large, square(3)}) == 1


def test_an_abstract_method_must_be_there(module):
    class Nothing(module.Shape):
        pass

    with pytest.raises(TypeError, match="abstract"):
        Nothing()


def test_a_container_may_be_inherited_from(module):
    class Own(module.Bag):
        def __setitem__(self, key, value):
            super().__setitem__(key, value + 1)

        def __missing__(self, key):
            return -1

    bag = Own()
    bag["a"] = 1

    assert (bag["a"], bag["none"], bag.total(), len(bag), bag == {"a": 4}) == (4, -1, 4, 1, True)


def test_an_exception_may_be_inherited_from(module):
    class Own(module.Oops):
        pass

    def fails():
        raise Own(7)

    assert module.run(fails) == ("Own", 7)
    with pytest.raises(module.Oops) as caught:
        raise Own(8)
    assert (type(caught.value), caught.value.code) == (Own, 8)


def test_an_enumeration_may_be_inherited_from(module):
    class Colour(module.Base):
        RED = 1
        BLUE = 2

    assert Colour.RED.value == 1
    assert Colour.RED.shout() == "RED!"
    assert [colour.name for colour in Colour] == ["RED", "BLUE"]
    assert Colour["RED"] is Colour.RED


def test_a_base_of_the_tests_own_goes_first(square):
    class Mixin:
        def extra(self):
            return self.area() + 100

        def describe(self):
            return "mixed " + super().describe()

    class Both(Mixin, square):
        pass

    assert (Both(2).extra(), Both(2).describe(), Both(2).sides) == (104, "mixed a square of 4", 4)


def test_a_decorator_of_the_class_counts(module):
    @dataclasses.dataclass
    class Box(module.Shape):
        width: int = 1
        height: int = 2

        def area(self):
            return self.width * self.height

    assert module.total([Box(3, 4), Box()]) == 14
    assert (Box(3, 4).width, Box(3, 4).height) == (3, 4)


def test_an_abstract_base_beside_it(module):
    class Own(module.Shape, abc.ABC):
        def area(self):
            return 1

    assert Own("it").describe() == "it of 1"


def test_the_base_may_be_called_by_its_name(module):
    class Own(module.Shape):
        def __init__(self):
            module.Shape.__init__(self, "by name")

        def area(self):
            return 2

        def __hash__(self):
            return module.Shape.__hash__(self) + 1

    assert Own().describe() == "by name of 2"
    assert hash(Own()) == 3
