"""CSV files with cells that are no pixels: refused by row and column."""

import pytest

from tests.support import dataset_files
from tests.support.dataset_files import assert_refused, csv, drawings

CSV = csv(drawings(6), dataset_files.labels(6))

BAD = {
    "csv without images": (CSV.splitlines(True)[0], "empty set"),
    "csv whose pixels are no square": (b"label,a,b\n7,1,2\n", "Row 1: Expected a label and then a square"),
    "csv with a label only": (b"label,\n", "empty set"),
    "csv with a short row": (CSV + b"7,1,2\n", "Row 8: Expected 785 values, as in the first row. Received 3"),
    "csv with a missing pixel": (b"label,p\n7,\n", "Row 2, column 2: Expected a pixel. Received an empty cell"),
    "csv with NaN": (b"label,a,b,c,d\n7,1,2,nan,4\n", "Row 2, column 4: Expected a whole number in 0..255"),
    "csv with NaN in its first row": (b"7,1,2,nan,4\n", "Row 1, column 4"),
    "csv with a large value": (b"7,1,2,3,256\n", "Row 1, column 5"),
    "csv with a huge value": (b"7,1,2,3," + b"9" * 5000, "Row 1, column 5"),
    "csv with a negative value": (b"7,1,2,3,-1\n", "Row 1, column 5"),
    "csv with a fraction": (b"7,1,2,3,0.5\n", "Row 1, column 5"),
    "csv without a label": (b"label,a\n,5\n", "Row 2: Expected a label"),
    "csv with NaN for a label": (b"label,a\nNaN,5\n", "Row 2: Expected a label"),
    "csv with a label that is no text": (b"label,a\n\xff\xff,5\n", "Row 2: Expected a label in UTF-8"),
    "csv with another first column": (b"pixel0,label\n1,7\n", "Row 1, column 2"),
    "csv of one endless row": (b"7" + b",0" * 300_000, "at most 262,144"),
}


@pytest.mark.parametrize("name", BAD)
def test_refused(name: str) -> None:
    """A row that cannot be an image is refused with its number."""
    assert_refused(*BAD[name])
