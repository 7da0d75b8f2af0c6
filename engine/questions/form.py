"""A quantity that is still open, and what a bill makes of it: straight lines and stairs.

A `Form` stands for `const + slope x q + stairs(q)` for every quantity q just above a point, the `Spot`. It goes through
the same functions as a number. Where these compare it, the answer holds just above the spot, and the spot notes
the first quantity where it no longer does: up to there the form that comes out is the exact amount.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

from engine.money import Mode, Unsettled
from engine.questions.errors import NotOneVariable
from engine.questions.shape import Shape
from engine.questions.turns import next_turn

HALF = Fraction(1, 2)


@dataclass(slots=True)
class Spot:
    """Where a form is looked at: just above `at`. `until`: the first quantity where something decided turns.

    `whole`: the open quantity is a number of events, so it has no decimals.
    """

    at: Fraction
    whole: bool = False
    until: Fraction | None = None
    unknowns: int = 0

    def sign(self, shape: Shape) -> int:
        """The sign of a shape here; where it turns is noted."""
        if shape.unknown:
            raise NotOneVariable("an amount here is split by shares that change with the quantity")
        found = shape.sign_above(self.at)
        if not shape.settled:
            self.note(next_turn(shape, self.at))
        return found

    def note(self, turn: Fraction | None) -> None:
        """Something that was decided turns here."""
        if turn is not None and (self.until is None or turn < self.until):
            self.until = turn


class Form(Unsettled):
    """An amount or a quantity as it is just above a spot, in the place of a number."""

    __slots__ = ("shape", "spot")

    shape: Shape
    spot: Spot

    def __new__(cls, spot: Spot, shape: Shape) -> Form:
        """A form at a spot."""
        self = super().__new__(cls)
        self.spot, self.shape = spot, shape
        return self

    def _with(self, shape: Shape) -> Form:
        return Form(self.spot, shape)

    def _settled(self, value: Fraction | int) -> Form:
        return Form(self.spot, Shape(Fraction(value)))

    def _plus(self, other: Any, times: int) -> Any:
        shape = _shape(other)
        return NotImplemented if shape is None else self._with(self.shape.plus(shape, Fraction(times)))

    def __add__(self, other: Any) -> Any:
        return self._plus(other, 1)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self._plus(other, -1)

    def __rsub__(self, other: Any) -> Any:
        return (-self)._plus(other, 1)

    def __neg__(self) -> Form:
        return self._with(self.shape.times(Fraction(-1)))

    def __pos__(self) -> Form:
        return self

    def __abs__(self) -> Form:
        return -self if self.spot.sign(self.shape) < 0 else self

    def __mul__(self, other: Any) -> Any:
        shape = _shape(other)
        if shape is None:
            return NotImplemented
        if shape.settled:
            return self._with(self.shape.times(shape.const))
        return self._with(shape.times(self.shape.const)) if self.shape.settled else self._unknown()

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        shape = _shape(other)
        return NotImplemented if shape is None else self._over(self.shape, shape)

    def __rtruediv__(self, other: Any) -> Any:
        shape = _shape(other)
        return NotImplemented if shape is None else self._over(shape, self.shape)

    def _over(self, one: Shape, other: Shape) -> Form:
        if other.settled:
            return self._with(one.times(1 / other.const))
        ratio = _ratio(one, other)
        return self._unknown() if ratio is None else self._settled(ratio)

    def _unknown(self) -> Form:
        """A number that is no straight line of the quantity; it may still cancel out."""
        self.spot.unknowns += 1
        return self._with(Shape(unknown={self.spot.unknowns: Fraction(1)}))

    def __floordiv__(self, other: Any) -> Any:
        return (self / other).__floor__()

    def __mod__(self, other: Any) -> Any:
        return self - self // other * other

    def __divmod__(self, other: Any) -> Any:
        whole = self // other
        return whole, self - whole * other

    def __floor__(self) -> Any:
        shape = self.shape
        if self._is_whole():
            return self
        if not shape.stairs and not shape.unknown:
            return self._with(shape.floor())
        # stairs on a line: settled as it is here, until it reaches the next whole number or falls below this one
        value = shape.at(self.spot.at, 1)
        below = value // 1 - int(value.denominator == 1 and shape.slope < 0)
        self.spot.sign(shape.plus(Shape(Fraction(below)), Fraction(-1)))
        self.spot.sign(shape.plus(Shape(Fraction(below + 1)), Fraction(-1)))
        return self._settled(below)

    def __ceil__(self) -> Any:
        return -((-self).__floor__())

    def whole(self, mode: Mode) -> Form:
        """Rounded to an integer: lines become stairs; half to even is settled as it is here."""
        if mode in ("floor", "ceiling"):
            return cast(Form, self.__floor__() if mode == "floor" else self.__ceil__())
        size = abs(self)
        if mode == "half_even":
            half = cast(Form, size.__floor__())
            rest = 2 * (size - half) - 1
            sign = self.spot.sign(rest.shape)
            odd = half.shape.at(self.spot.at, 1) % 2 == 1
            found = half + int(sign > 0 or (sign == 0 and odd))
        else:
            found = {
                "half_up": lambda: (size + HALF).__floor__(),
                "half_down": lambda: (size - HALF).__ceil__(),
                "up": size.__ceil__,
                "down": size.__floor__,
            }[mode]()
        return cast(Form, found if size is self else -found)

    def _is_whole(self) -> bool:
        shape = self.shape
        numbers = [shape.const, *shape.stairs.values()]
        open_ = shape.slope == 0 or (self.spot.whole and shape.slope.denominator == 1)
        return open_ and not shape.unknown and all(n.denominator == 1 for n in numbers)

    def _sign_less(self, other: Any) -> int | None:
        shape = _shape(other)
        return None if shape is None else self.spot.sign(self.shape.plus(shape, Fraction(-1)))

    def __lt__(self, other: Any) -> Any:
        sign = self._sign_less(other)
        return NotImplemented if sign is None else sign < 0

    def __le__(self, other: Any) -> Any:
        sign = self._sign_less(other)
        return NotImplemented if sign is None else sign <= 0

    def __gt__(self, other: Any) -> Any:
        sign = self._sign_less(other)
        return NotImplemented if sign is None else sign > 0

    def __ge__(self, other: Any) -> Any:
        sign = self._sign_less(other)
        return NotImplemented if sign is None else sign >= 0

    def __eq__(self, other: Any) -> Any:
        sign = self._sign_less(other)
        return NotImplemented if sign is None else sign == 0

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        return self.spot.sign(self.shape) != 0

    @property
    def numerator(self) -> Any:
        """Itself, over 1."""
        return self

    @property
    def denominator(self) -> int:
        """1."""
        return 1

    def __int__(self) -> int:  # type: ignore[override]
        return self.shape.const.numerator if self.shape.settled and self._is_whole() else int(_refuse())

    def __repr__(self) -> str:
        return f"Form({self.shape!r} above {self.spot.at})"

    __str__ = __repr__


def _refuse() -> Any:
    raise NotOneVariable("a quantity that is still open is used here as one number")


def _shape(value: Any) -> Shape | None:
    if isinstance(value, Form):
        return value.shape
    return Shape(Fraction(value)) if isinstance(value, int | Fraction) else None


def _ratio(one: Shape, other: Shape) -> Fraction | None:
    """The factor between two shapes, if there is one."""
    marks = [(one.slope, other.slope), (one.const, other.const)]
    marks += [(one.stairs.get(s, Fraction(0)), c) for s, c in other.stairs.items()]
    ratio = next((a / b for a, b in marks if b), None)
    if ratio is None or one.unknown or other.unknown:
        return None
    rest = one.plus(other, -ratio)
    return ratio if rest.settled and not rest.const else None
