"""Collect every sentence of the reports into the template that translators start from.

`python -m evenkeel.report.sentences` writes reports/locale/evenkeel.pot anew; a test compares it.
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from evenkeel.config import find_project
from evenkeel.report.language import TEMPLATE

KEYWORDS = {"_": None, "n_": (1, 2), "gettext": None, "ngettext": (1, 2)}
JINJA_OPTIONS = {"trimmed": "true", "silent": "false"}


def template(project: Path) -> bytes:
    """Return the content of evenkeel.pot: every sentence of the package and of the templates."""
    catalogue = Catalog(project="evenkeel", charset="utf-8")
    places = {
        project / "evenkeel" / "report": [("**.py", "python")],
        project / "reports": [("**.j2", "jinja2")],
    }
    for folder, methods in places.items():
        found = extract_from_dir(
            folder,
            method_map=methods,
            options_map={"**.j2": JINJA_OPTIONS},
            keywords=KEYWORDS,
            comment_tags=("Translators:",),
        )
        for name, _, message, comments, context in sorted(found, key=lambda item: item[:2]):
            place = (folder / name).relative_to(project).as_posix()
            catalogue.add(message, None, [(place, 0)], auto_comments=comments, context=context)
    stream = io.BytesIO()
    # Without line numbers and dates the file changes only when a sentence does.
    write_po(stream, catalogue, omit_header=True, include_lineno=False, width=100)
    return stream.getvalue()


if __name__ == "__main__":
    root = find_project()
    (root / "reports" / "locale" / TEMPLATE).write_bytes(template(root))
