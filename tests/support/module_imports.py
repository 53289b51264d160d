"""The import graph of the page's JavaScript modules. `python -m tests.support.module_imports` writes module-preloads.json."""

import json
import re
from pathlib import Path

WEB = Path(__file__).parents[2] / "web"
PRELOADS = WEB / "module-preloads.json"
VIEWS = ("draw", "inside", "test", "train", "teach")

IMPORT = re.compile(r'^(?:import|export|\}) .*?from "(\.{1,2}/[^"]+)";', re.MULTILINE)
"""An import or re-export of a module by its relative path, in one line or at the end of several."""


def imported_modules(view: str) -> list[str]:
    """The modules that a view imports, directly or not, and its own, as paths below js/."""
    entry = WEB / "js" / view / "view.js"
    found, new = {entry}, [entry]
    while new:
        module = new.pop()
        imports = {(module.parent / path).resolve() for path in IMPORT.findall(module.read_text("utf-8"))}
        new += imports - found
        found |= imports
    return sorted(path.relative_to(WEB / "js").as_posix() for path in found)


def main() -> None:
    """Write module-preloads.json."""
    PRELOADS.write_text(json.dumps({view: imported_modules(view) for view in VIEWS}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
