"""CSV files with invalid cells: errors name the row and the column."""

import pytest

from tests.support import dataset_files
from tests.support.dataset_files import assert_rejected, csv, drawings

CSV = csv(drawings(6), dataset_files.labels(6))

INVALID = {
    "csv without images": (CSV.splitlines(True)[0], ""),
    "csv whose number of pixels is no square": (b"label,a,b\n7,1,2\n", "Row 1"),
    "csv with a label only": (b"label,\n", ""),
    "csv with a short row": (CSV + b"7,1,2\n", "Row 8"),
    "csv with a missing pixel": (b"label,p\n7,\n", "Row 2, column 2"),
    "csv with NaN": (b"label,a,b,c,d\n7,1,2,nan,4\n", "Row 2, column 4"),
    "csv with NaN in its first row": (b"7,1,2,nan,4\n", "Row 1, column 4"),
    "csv with a large value": (b"7,1,2,3,256\n", "Row 1, column 5"),
    "csv with a huge value": (b"7,1,2,3," + b"9" * 5000, "Row 1, column 5"),
    "csv with a negative value": (b"7,1,2,3,-1\n", "Row 1, column 5"),
    "csv with a fraction": (b"7,1,2,3,0.5\n", "Row 1, column 5"),
    "csv without a label": (b"label,a\n,5\n", "Row 2"),
    "csv with NaN for a label": (b"label,a\nNaN,5\n", "Row 2"),
    "csv with a label that is not UTF-8": (b"label,a\n\xff\xff,5\n", "Row 2"),
    "csv with another first column": (b"pixel0,label\n1,7\n", "Row 1, column 2"),
    "csv with one very long row": (b"7" + b",0" * 300_000, "262,144"),
}


@pytest.mark.parametrize("name", INVALID)
def test_invalid_csv(name: str) -> None:
    """An invalid row raises InvalidDataset with its number."""
    assert_rejected(*INVALID[name])
