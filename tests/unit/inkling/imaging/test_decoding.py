"""Decoding: what stands upright, what damage costs, what is refused, and how much memory it takes."""

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, PngImagePlugin

from inkling.errors import BadPicture, InklingError, TooLarge, UnsupportedPicture
from inkling.imaging import decoding
from inkling.imaging.decoding import WORKING_SIDE, decode, dimensions
from inkling.imaging.normalization import normalise
from inkling.limits import Limits
from tests.support.pictures import canvas, encoded, rotated_jpeg, same_drawings, seven, sixteen_bit

LIMITS = Limits()


def read(picture: Image.Image | np.ndarray, form: str = "PNG", **options: object) -> np.ndarray:
    """The picture, saved and decoded."""
    return decode(encoded(picture, form, **options), LIMITS)


def turned(orientation: int, form: str) -> bytes:
    """The seven, stored so that its EXIF orientation makes it upright."""
    undo = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE"}
    undo |= {6: "ROTATE_90", 7: "TRANSVERSE", 8: "ROTATE_270"}
    picture = Image.fromarray(seven())
    if orientation in undo:
        picture = picture.transpose(Image.Transpose[undo[orientation]])
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    options = {"lossless": True} if form == "WEBP" else {"quality": 100} if form == "JPEG" else {}
    return encoded(picture, form, exif=exif, **options)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("orientation", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
def test_a_picture_stands_upright(form: str, orientation: int):
    """All eight orientations of EXIF, and two that mean nothing."""
    picture = decode(turned(orientation, form), LIMITS)
    assert picture.shape == seven().shape
    assert np.abs(picture.astype(int) - seven()).mean() < (1 if form == "JPEG" else 0.001)


def test_a_large_picture_stands_upright_too():
    """Reduced and turned."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    large = Image.fromarray(seven()).resize((1200, 1600))
    picture = read(large.transpose(Image.Transpose.ROTATE_90), exif=exif)
    assert np.array_equal(picture, read(large))


def png_with_exif(exif: bytes) -> bytes:
    """A PNG whose eXIf block, its checksum right, holds these bytes."""
    block = b"eXIf" + exif
    chunk = struct.pack(">I", len(exif)) + block + struct.pack(">I", zlib.crc32(block))
    whole = encoded(seven())
    header = len(b"\x89PNG\r\n\x1a\n") + 25  # the signature and IHDR
    return whole[:header] + chunk + whole[header:]


DAMAGED_EXIF = {
    "text": b"no exif at all",
    "nothing": b"",
    "one byte": b"M",
    "cut off": b"Exif\0\0MM\0*\0\0\0\x08\0\x05\x01",
    "far offset": b"MM\0*\xff\xff\xff\xff",
    "orientation a text": b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x02\0\0\0\x02a\0\0\0\0\0\0\0",
}


@pytest.mark.parametrize("what", DAMAGED_EXIF)
@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_damaged_exif_costs_only_the_turning(what: str):
    """The pixels are whole, and are read as they lie."""
    assert Image.open(io.BytesIO(png_with_exif(DAMAGED_EXIF[what]))).info["exif"].endswith(DAMAGED_EXIF[what])
    assert np.array_equal(decode(png_with_exif(DAMAGED_EXIF[what]), LIMITS), seven())


@pytest.mark.parametrize("mode", ["L", "RGB", "I;16", "RGBA"])
@pytest.mark.parametrize("shape", [(1024, 1024), (1025, 333), (700, 1700), (1, 3000)])
def test_a_large_picture_is_reduced_whole(mode: str, shape: tuple[int, int]):
    """Band by band gives what Pillow gives for the whole."""
    levels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    plain = Image.fromarray(levels)
    picture = sixteen_bit(levels) if mode == "I;16" else plain.convert(mode)
    assert np.array_equal(read(picture, compress_level=1), np.asarray(plain.reduce(max(shape) // WORKING_SIDE)))


def test_a_level_of_sixteen_bits_can_be_transparent():
    """A tRNS block of a 16-bit PNG names the one level that is no paper and no ink."""
    clear = np.where(seven() < 128, 1000, 40_000).astype(np.uint16)
    expected = np.where(seven() < 128, 0, 255).astype(np.uint8)
    assert np.array_equal(normalise(read(Image.fromarray(clear), transparency=40_000)), normalise(expected))


@pytest.mark.parametrize("kind", same_drawings())
def test_dimensions_are_those_of_the_header(kind: str):
    """Without decoding; a turned picture's are those it is stored in."""
    data = same_drawings()[kind]
    assert dimensions(data, LIMITS) == Image.open(io.BytesIO(data)).size[::-1]


BAD = {
    "nothing": (b"", UnsupportedPicture, "0 bytes"),
    "text": (b"hello", UnsupportedPicture, "5 bytes"),
    "GIF": (encoded(seven(), "GIF"), UnsupportedPicture, "none"),
    "BMP": (encoded(seven(), "BMP"), UnsupportedPicture, "none"),
    "half a PNG": (encoded(seven())[:-300], BadPicture, "whole PNG"),
    "half a JPEG": (encoded(seven(), "JPEG")[:-1500], BadPicture, "whole JPEG"),
    "half a turned JPEG": (rotated_jpeg()[:-1500], BadPicture, "whole JPEG"),
    "half a 16-bit PNG": (encoded(sixteen_bit(seven()))[:-300], BadPicture, "whole PNG"),
    "too many pixels": (encoded(np.zeros((101, 100), np.uint8)), TooLarge, "101"),
    "too long": (encoded(np.zeros((1, 201), np.uint8)), TooLarge, "201"),
}
SMALL = Limits(max_picture_pixels=10_000, max_picture_side=200)


@pytest.mark.parametrize("what", BAD)
def test_a_bad_picture_is_refused(what: str):
    """Each with its kind of error, and one sentence that says what was expected."""
    data, kind, words = BAD[what]
    limits = SMALL if kind is TooLarge else LIMITS
    with pytest.raises(InklingError, match=rf"^Expected .*{words}") as caught:
        decode(data, limits)
    assert type(caught.value) is kind


def test_a_failure_behind_a_conversion_still_names_the_format(monkeypatch: pytest.MonkeyPatch):
    """A converted picture has no format of its own."""

    def fail(_: Image.Image) -> np.ndarray:
        raise ValueError

    monkeypatch.setattr(decoding, "_grey", fail)
    with pytest.raises(BadPicture, match="whole PNG picture"):
        read(sixteen_bit(seven()))


@pytest.mark.parametrize("place", ["open", "load", "getexif"])
def test_no_memory_is_not_the_pictures_fault(monkeypatch: pytest.MonkeyPatch, place: str):
    """It is no 4xx, so it comes out as what it is."""

    def fail(*_: object, **__: object) -> None:
        raise MemoryError

    data = turned(6, "PNG")
    monkeypatch.setattr(*{"open": (Image, "open")}.get(place, (PngImagePlugin.PngImageFile, place)), fail)
    with pytest.raises(MemoryError):
        decode(data, LIMITS)


FILES = [
    encoded(seven()),
    encoded(canvas(0)),
    rotated_jpeg(),
    turned(3, "WEBP"),
    turned(6, "PNG"),
    encoded(sixteen_bit(seven())),
]


@pytest.mark.filterwarnings("ignore")  # Pillow warns of damage that it can read over
@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FILES), st.data())
def test_damage_raises_nothing_else(whole: bytes, data: st.DataObject):
    """A file with a few bytes overwritten, cut off, or with some put in: a picture, or one of our errors."""
    start = data.draw(st.integers(0, 200) | st.integers(0, len(whole)))
    rest = data.draw(st.sampled_from([0, 1, 4, len(whole)]))
    damaged = whole[:start] + data.draw(st.binary(max_size=6)) + whole[start + rest :]
    try:
        picture = decode(damaged, LIMITS)
    except InklingError:
        return
    assert picture.ndim == 2
    assert picture.dtype == np.uint8


MEASURE = """
import sys, pathlib
from inkling.limits import Limits
from inkling.imaging.decoding import decode
def peak():
    return int(pathlib.Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
small, large = (pathlib.Path(name).read_bytes() for name in sys.argv[1:])
decode(small, Limits())
before = peak()
decode(large, Limits())
print(peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from Linux' /proc")
@pytest.mark.parametrize(("mode", "form", "most"), [("RGBA", "PNG", 64), ("LA", "PNG", 64), ("RGB", "JPEG", 16)])
def test_a_photograph_takes_little_memory(tmp_path: Path, mode: str, form: str, most: int):
    """12 megapixels take what Pillow decodes them into, and little beside; in MiB."""
    small = tmp_path / "small"
    small.write_bytes(encoded(Image.fromarray(seven()).convert(mode), form))
    large = tmp_path / "large"
    large.write_bytes(encoded(Image.new(mode, (4000, 3000)), form, **({"compress_level": 1} if form == "PNG" else {})))
    command = [sys.executable, "-c", MEASURE, str(small), str(large)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[4])
    assert float(done.stdout) < most
