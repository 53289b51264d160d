"""The names of numeric labels, as the setting `labels` gives them."""

from inkling.errors import InvalidInput


def parse_labels(text: str) -> tuple[str, ...]:
    """Split names separated by commas. Raises InvalidInput for a name that is empty or occurs twice."""
    names = tuple(name.strip() for name in text.split(",")) if text else ()
    if "" in names or len(set(names)) < len(names):
        raise InvalidInput(f"Expected labels as different names separated by commas, such as a,b,c, got {text!r:.40}.")
    return names
