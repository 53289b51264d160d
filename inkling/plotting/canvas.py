"""Canvas: rectangles and lines of text at fixed positions, rendered as PNG or SVG with the same appearance."""

import io
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw

from inkling.plotting.text import drawable, font, printable, truncate

Color = tuple[int, int, int]

MAX_PIXELS = 12_000_000
"""A PNG is rendered at twice the size, for high-density screens, unless it would exceed this many pixels (36 MB in memory)."""

_ANCHORS = {"start": "l", "middle": "m", "end": "r"}


@dataclass(frozen=True)
class Rectangle:
    """A filled rectangle, in pixels from the top left."""

    left: int
    top: int
    right: int
    bottom: int
    fill: Color


@dataclass(frozen=True)
class TextSpan:
    """A line of text whose baseline starts, is centered or ends (`anchor`) at (x, y). vertical: it runs upwards.

    full_text: the text before it was truncated; the SVG shows it as a tooltip.
    """

    x: float
    y: float
    text: str
    size: int
    fill: Color
    anchor: str = "start"
    vertical: bool = False
    full_text: str | None = None

    @classmethod
    def fitted(cls, x: float, y: float, text: str, size: int, fill: Color, max_width: float, **options: Any) -> "TextSpan":
        """A line that is truncated to at most `max_width` pixels."""
        short = truncate(text, size, max_width)
        return cls(x, y, short, size, fill, full_text=None if short == printable(text) else text, **options)


@dataclass(frozen=True)
class Canvas:
    """Shapes, drawn in order on white."""

    width: int
    height: int
    shapes: list[Rectangle | TextSpan]

    def png(self) -> bytes:
        """Render a PNG at twice the width and height, or at the same size if it would exceed MAX_PIXELS."""
        scale = 2 if 4 * self.width * self.height <= MAX_PIXELS else 1
        picture = Image.new("RGB", (self.width * scale, self.height * scale), "white")
        draw = ImageDraw.Draw(picture)
        for shape in self.shapes:
            if isinstance(shape, Rectangle):
                left, top, right, bottom = (side * scale for side in (shape.left, shape.top, shape.right, shape.bottom))
                draw.rectangle((left, top, right - 1, bottom - 1), fill=shape.fill)
            elif shape.vertical:
                _draw_vertical(picture, shape, scale)
            else:
                position = shape.x * scale, shape.y * scale
                typeface = font(shape.size * scale)
                draw.text(position, drawable(shape.text), shape.fill, typeface, _ANCHORS[shape.anchor] + "s")
        out = io.BytesIO()
        picture.save(out, "PNG")
        return out.getvalue()

    def svg(self) -> str:
        """Render an SVG without style sheets, scripts and external fonts, so that every content security policy allows it."""
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}" '
            f'viewBox="0 0 {self.width} {self.height}" font-family="Helvetica, Arial, sans-serif" role="img">',
            f'<rect width="{self.width}" height="{self.height}" fill="#ffffff"/>',
        ]
        for attributes, shapes in groupby(self.shapes, _shared_attributes):
            content = "\n".join(map(_element, shapes))
            parts.append(f"<g {attributes}>\n{content}\n</g>")
        return "\n".join([*parts, "</svg>", ""])


def _draw_vertical(picture: Image.Image, line: TextSpan, scale: int) -> None:
    """Draw a line that runs upwards: render it on a mask, rotate the mask by 90° and paste it at the baseline."""
    typeface, text = font(line.size * scale), drawable(line.text)
    ascent, descent = typeface.getmetrics()
    length = round(typeface.getlength(text))
    mask = Image.new("L", (length + 2, ascent + descent))
    ImageDraw.Draw(mask).text((1, ascent), text, 255, typeface, "ls")
    above = {"start": length, "middle": length / 2, "end": 0}[line.anchor]  # pixels above the anchor
    corner = round(line.x * scale) - ascent, round(line.y * scale - above) - 1
    picture.paste(line.fill, corner, mask.transpose(Image.Transpose.ROTATE_90))


def _shared_attributes(shape: Rectangle | TextSpan) -> str:
    """The attributes that consecutive shapes of a kind share."""
    fill = 'fill="#{:02x}{:02x}{:02x}"'.format(*shape.fill)
    return fill if isinstance(shape, Rectangle) else f'{fill} font-size="{shape.size}" text-anchor="{shape.anchor}"'


def _element(shape: Rectangle | TextSpan) -> str:
    if isinstance(shape, Rectangle):
        return (
            f'<rect x="{shape.left}" y="{shape.top}" width="{shape.right - shape.left}" height="{shape.bottom - shape.top}"/>'
        )
    rotation = f' transform="rotate(-90 {shape.x:g} {shape.y:g})"' if shape.vertical else ""
    title = f"<title>{escape(printable(shape.full_text))}</title>" if shape.full_text else ""
    return f'<text x="{shape.x:g}" y="{shape.y:g}"{rotation}>{escape(printable(shape.text))}{title}</text>'
