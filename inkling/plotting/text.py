"""Text in plots: measuring and truncating it. It uses Pillow's built-in font, so that results are the same everywhere."""

from functools import cache, lru_cache

from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

_MISSING = "\uffff"  # no font has a glyph for it, so it renders like every missing character


@cache
def font(size: int) -> FreeTypeFont:
    """Return the built-in font at a size in pixels."""
    loaded = ImageFont.load_default(size)
    if not isinstance(loaded, FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType.")
    return loaded


def printable(text: str) -> str:
    """Replace control, bidirectional and unassigned characters by their code points, such as U+0007."""
    return "".join(character if character.isprintable() else _code_point(character) for character in text)


def drawable(text: str) -> str:
    """Replace unprintable characters and those that the built-in font lacks by their code points, such as U+3042."""
    return "".join(character if _has_glyph(character) else _code_point(character) for character in printable(text))


def text_width(text: str, size: int) -> float:
    """Return the width in pixels of a text after `drawable`."""
    return font(size).getlength(drawable(text))


def truncate(text: str, size: int, max_width: float) -> str:
    """Shorten a text to `max_width` pixels, ending in … if anything was cut off."""
    text = printable(text)
    if text_width(text, size) <= max_width:
        return text
    end, used = 0, text_width("…", size)
    while used + (step := text_width(text[end], size)) <= max_width:  # stops, since not all fits
        end, used = end + 1, used + step
    return text[:end].rstrip() + "…"


@lru_cache(4096)
def _has_glyph(character: str) -> bool:
    face = font(20)
    return bytes(face.getmask(character)) != bytes(face.getmask(_MISSING)) or character == " "


def _code_point(character: str) -> str:
    return f"U+{ord(character):04X}"
