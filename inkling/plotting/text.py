"""Text in pictures: what can be written, how wide it is, how to shorten it. In Pillow's own font, so that machines agree."""

from functools import cache, lru_cache

from PIL import ImageFont

_ABSENT = "\uffff"  # no font has a glyph for it: what is drawn for it is what is drawn for every character it lacks


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The built-in font at a size in pixels."""
    return ImageFont.load_default(size)


def printable(text: str) -> str:
    """Text in which each control, bidirectional or unassigned character stands as its code point, such as U+0007."""
    return "".join(character if character.isprintable() else _code_point(character) for character in text)


def drawable(text: str) -> str:
    """Printable text in which each character that the built-in font lacks stands as its code point, such as U+3042."""
    return "".join(character if _has_glyph(character) else _code_point(character) for character in printable(text))


def width(text: str, size: int) -> float:
    """Width in pixels of a text as `drawable` writes it."""
    return font(size).getlength(drawable(text))


def shortened(text: str, size: int, room: float) -> str:
    """The longest beginning of a printable text that fits into `room` pixels, with … where something is left out."""
    text = printable(text)
    if width(text, size) <= room:
        return text
    end, used = 0, width("…", size)
    while used + (step := width(text[end], size)) <= room:  # the whole does not fit, so this ends before the text does
        end, used = end + 1, used + step
    return text[:end].rstrip() + "…"


@lru_cache(4096)
def _has_glyph(character: str) -> bool:
    face = font(20)
    return bytes(face.getmask(character)) != bytes(face.getmask(_ABSENT)) or character == " "


def _code_point(character: str) -> str:
    return f"U+{ord(character):04X}"
