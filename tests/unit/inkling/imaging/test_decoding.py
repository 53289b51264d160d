"""Decoding: orientation, damaged and unsupported files, limits and memory."""

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

from inkling.errors import CorruptPicture, InklingError, TooLarge, UnsupportedPicture
from inkling.imaging import decoding
from inkling.imaging.decoding import WORKING_SIDE, decode, read_dimensions
from inkling.imaging.normalization import normalize
from inkling.limits import Limits
from tests.support.pictures import (
    draw_on_canvas,
    draw_seven,
    encode_picture,
    encode_rotated_jpeg,
    equivalent_files,
    to_sixteen_bit,
)

LIMITS = Limits()


def encode_and_decode(picture: Image.Image | np.ndarray, format_name: str = "PNG", **options: object) -> np.ndarray:
    """Save a picture and decode it."""
    return decode(encode_picture(picture, format_name, **options), LIMITS)


def encode_oriented(orientation: int, format_name: str) -> bytes:
    """The seven, stored so that its EXIF orientation makes it upright."""
    inverse = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE"}
    inverse |= {6: "ROTATE_90", 7: "TRANSVERSE", 8: "ROTATE_270"}
    picture = Image.fromarray(draw_seven())
    if orientation in inverse:
        picture = picture.transpose(Image.Transpose[inverse[orientation]])
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    options = {"lossless": True} if format_name == "WEBP" else {"quality": 100} if format_name == "JPEG" else {}
    return encode_picture(picture, format_name, exif=exif, **options)


@pytest.mark.parametrize("format_name", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("orientation", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
def test_exif_orientation_is_applied(format_name: str, orientation: int) -> None:
    """All eight orientations give an upright picture; two invalid ones are ignored."""
    picture = decode(encode_oriented(orientation, format_name), LIMITS)
    assert picture.shape == draw_seven().shape
    assert np.abs(picture.astype(int) - draw_seven()).mean() < (1 if format_name == "JPEG" else 0.001)


def test_exif_orientation_of_a_large_picture_is_applied() -> None:
    """A picture can be both reduced and rotated."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    large = Image.fromarray(draw_seven()).resize((1200, 1600))
    picture = encode_and_decode(large.transpose(Image.Transpose.ROTATE_90), exif=exif)
    assert np.array_equal(picture, encode_and_decode(large))


def png_with_exif(exif: bytes) -> bytes:
    """A PNG with the given bytes in its eXIf block and a valid checksum."""
    block = b"eXIf" + exif
    chunk = struct.pack(">I", len(exif)) + block + struct.pack(">I", zlib.crc32(block))
    data = encode_picture(draw_seven())
    header = len(b"\x89PNG\r\n\x1a\n") + 25  # the signature and IHDR
    return data[:header] + chunk + data[header:]


DAMAGED_EXIF = {
    "text": b"no exif at all",
    "empty": b"",
    "one byte": b"M",
    "truncated": b"Exif\0\0MM\0*\0\0\0\x08\0\x05\x01",
    "distant offset": b"MM\0*\xff\xff\xff\xff",
    "text as orientation": b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x02\0\0\0\x02a\0\0\0\0\0\0\0",
}


@pytest.mark.parametrize("kind", DAMAGED_EXIF)
@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_damaged_exif_is_ignored(kind: str) -> None:
    """The pixels are decoded without rotation."""
    data = png_with_exif(DAMAGED_EXIF[kind])
    assert Image.open(io.BytesIO(data)).info["exif"].endswith(DAMAGED_EXIF[kind])
    assert np.array_equal(decode(data, LIMITS), draw_seven())


@pytest.mark.parametrize("mode", ["L", "RGB", "I;16", "RGBA"])
@pytest.mark.parametrize("shape", [(1024, 1024), (1025, 333), (700, 1700), (1, 3000)])
def test_reduction_in_bands_equals_pillow(mode: str, shape: tuple[int, int]) -> None:
    """A picture reduced band by band equals Pillow's reduction of the whole picture."""
    levels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    plain = Image.fromarray(levels)
    picture = to_sixteen_bit(levels) if mode == "I;16" else plain.convert(mode)
    expected = np.asarray(plain.reduce(max(shape) // WORKING_SIDE))
    assert np.array_equal(encode_and_decode(picture, compress_level=1), expected)


def test_transparent_level_of_a_sixteen_bit_png() -> None:
    """The level in the tRNS block of a 16-bit PNG is transparent."""
    levels = np.where(draw_seven() < 128, 1000, 40_000).astype(np.uint16)
    expected = np.where(draw_seven() < 128, 0, 255).astype(np.uint8)
    picture = encode_and_decode(Image.fromarray(levels), transparency=40_000)
    assert np.array_equal(normalize(picture), normalize(expected))


@pytest.mark.parametrize("kind", equivalent_files())
def test_dimensions_are_read_from_the_header(kind: str) -> None:
    """They are those of the stored picture, before rotation."""
    data = equivalent_files()[kind]
    assert read_dimensions(data, LIMITS) == Image.open(io.BytesIO(data)).size[::-1]


def png_header(width: int, height: int) -> bytes:
    """The beginning of a PNG, up to its first pixel."""
    header = b"IHDR" + struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header)) + b"\0\0\0\0IDAT"


INVALID = {
    "empty": (b"", UnsupportedPicture),
    "text": (b"hello", UnsupportedPicture),
    "GIF": (encode_picture(draw_seven(), "GIF"), UnsupportedPicture),
    "BMP": (encode_picture(draw_seven(), "BMP"), UnsupportedPicture),
    "truncated PNG": (encode_picture(draw_seven())[:-300], CorruptPicture),
    "truncated JPEG": (encode_picture(draw_seven(), "JPEG")[:-1500], CorruptPicture),
    "truncated rotated JPEG": (encode_rotated_jpeg()[:-1500], CorruptPicture),
    "truncated 16-bit PNG": (encode_picture(to_sixteen_bit(draw_seven()))[:-300], CorruptPicture),
    "too many pixels": (encode_picture(np.zeros((101, 100), np.uint8)), TooLarge),
    "too long": (encode_picture(np.zeros((1, 201), np.uint8)), TooLarge),
    "more pixels than Pillow opens": (png_header(20_000, 20_000), TooLarge),
}
SMALL_LIMITS = Limits(max_picture_pixels=10_000, max_picture_side=200)


@pytest.mark.parametrize("kind", INVALID)
def test_invalid_file_is_rejected(kind: str) -> None:
    """Each kind of invalid file raises its own error."""
    data, error = INVALID[kind]
    with pytest.raises(InklingError) as caught:
        decode(data, SMALL_LIMITS if error is TooLarge else LIMITS)
    assert type(caught.value) is error


def test_failure_after_a_conversion_is_a_corrupt_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the format of the file, although a converted picture has none."""

    def fail(_: Image.Image) -> np.ndarray:
        raise ValueError

    monkeypatch.setattr(decoding, "_to_gray", fail)
    with pytest.raises(CorruptPicture) as caught:
        encode_and_decode(to_sixteen_bit(draw_seven()))
    assert "PNG" in str(caught.value)


@pytest.mark.parametrize("step", ["open", "load", "getexif"])
def test_memory_error_is_not_a_picture_error(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """A MemoryError is passed on, so that it does not become a 4xx."""

    def fail(*_: object, **__: object) -> None:
        raise MemoryError

    data = encode_oriented(6, "PNG")
    monkeypatch.setattr(*{"open": (Image, "open")}.get(step, (PngImagePlugin.PngImageFile, step)), fail)
    with pytest.raises(MemoryError):
        decode(data, LIMITS)


FILES = [
    encode_picture(draw_seven()),
    encode_picture(draw_on_canvas(0)),
    encode_rotated_jpeg(),
    encode_oriented(3, "WEBP"),
    encode_oriented(6, "PNG"),
    encode_picture(to_sixteen_bit(draw_seven())),
]


def check_damaged_file(data: bytes, draw: st.DataObject) -> None:
    """Overwrite, insert or remove some bytes of a file: it decodes, or raises an InklingError."""
    start = draw.draw(st.integers(0, 200) | st.integers(0, len(data)))
    removed = draw.draw(st.sampled_from([0, 1, 4, len(data)]))
    damaged = data[:start] + draw.draw(st.binary(max_size=6)) + data[start + removed :]
    try:
        picture = decode(damaged, LIMITS)
    except InklingError:
        return
    assert picture.ndim == 2
    assert picture.dtype == np.uint8


@pytest.mark.filterwarnings("ignore")  # Pillow warns of damage that it can recover from
@settings(max_examples=30, deadline=None)
@given(st.sampled_from(FILES), st.data())
def test_damaged_file_raises_no_other_error(data: bytes, draw: st.DataObject) -> None:
    """A damaged file gives a picture or an InklingError."""
    check_damaged_file(data, draw)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FILES), st.data())
def test_many_damaged_files_raise_no_other_error(data: bytes, draw: st.DataObject) -> None:
    """The same with more examples."""
    check_damaged_file(data, draw)


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


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from Linux' /proc")
@pytest.mark.parametrize(
    ("mode", "format_name", "max_mebibytes"), [("RGBA", "PNG", 64), ("LA", "PNG", 64), ("RGB", "JPEG", 16)]
)
def test_large_picture_takes_little_memory(tmp_path: Path, mode: str, format_name: str, max_mebibytes: int) -> None:
    """12 megapixels take little more memory than Pillow's decoded picture."""
    small = tmp_path / "small"
    small.write_bytes(encode_picture(Image.fromarray(draw_seven()).convert(mode), format_name))
    large = tmp_path / "large"
    options = {"compress_level": 1} if format_name == "PNG" else {}
    large.write_bytes(encode_picture(Image.new(mode, (4000, 3000)), format_name, **options))
    command = [sys.executable, "-c", MEASURE, str(small), str(large)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[4])
    assert float(done.stdout) < max_mebibytes
