"""Bar charts as SVG, drawn from exact decimals; the same as text."""

from __future__ import annotations

import html
from dataclasses import dataclass

from workbench.output import table


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar chart of whole numbers or money: drawn as SVG, and the same as text."""

    title: str
    labels: tuple[str, ...]
    values: tuple[str, ...]
    """Decimal text: what stands beside each bar."""
    colours: tuple[str, ...]

    def __repr__(self) -> str:
        return f"{self.title}\n{table(list(zip(self.labels, self.values, strict=True)), right=(1,))}"

    def _repr_html_(self) -> str:
        return self.svg()

    def svg(self) -> str:
        """The chart; bars of negative values go to the left."""
        sizes = [_units(v) for v in self.values]
        most = max([abs(s) for s in sizes] + [1])
        left = 320 if any(s < 0 for s in sizes) else 160
        room = 300 if left == 160 else 150
        height = 28 * len(sizes) + 40
        title = html.escape(self.title)
        size = f'viewBox="0 0 640 {height}" width="640" height="{height}"'
        look = f'role="img" aria-label="{title}" font-family="sans-serif" font-size="13"'
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {look}>',
            f'<text x="0" y="18" font-weight="bold">{title}</text>',
            f'<line x1="{left}" y1="28" x2="{left}" y2="{height - 8}" stroke="#9ca3af"/>',
        ]
        for number, (label, value, units) in enumerate(zip(self.labels, self.values, sizes, strict=True)):
            parts += _bar(number, label, value, abs(units) * room // most, left, units < 0, self.colours[number])
        return "".join([*parts, "</svg>"])


def _bar(number: int, label: str, value: str, width: int, left: int, down: bool, colour: str) -> list[str]:
    top = 34 + 28 * number
    start = left - width if down else left
    end = start - 6 if down else left + width + 6
    anchor = "end" if down else "start"
    return [
        f'<text x="0" y="{top + 15}">{html.escape(label)}</text>',
        f'<rect x="{start}" y="{top}" width="{width}" height="20" fill="{colour}"/>',
        f'<text x="{end}" y="{top + 15}" text-anchor="{anchor}">{html.escape(value)}</text>',
    ]


def _units(value: str) -> int:
    """A decimal as whole hundredths, for the length of a bar only."""
    whole, _, places = value.lstrip("+-").partition(".")
    return (-1 if value.startswith("-") else 1) * int(whole + places[:2].ljust(2, "0"))
