"""Turns a view into a page: one HTML file without script, request or style attribute."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from evenkeel.report.language import Language

LEVEL = 0.95


@lru_cache(maxsize=8)
def style_sheet(folder: Path) -> str:
    """Return the style sheet without comments and needless space."""
    text = re.sub(r"/\*.*?\*/", "", (folder / "style.css").read_text(encoding="utf-8"), flags=re.S)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r" ?([{};,>]) ?", r"\1", text).strip()


def content_policy(style: str) -> str:
    """Return the policy that allows this one style sheet and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def environment(folder: Path, language: Language) -> Environment:
    """Return the templates' environment for one language.

    Sentences are marked with `_("...", part=...)` and `ngettext(...)`; parts are escaped and
    placed by name, so that a translation may reorder them and no sentence holds a percent sign.
    """
    env = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )

    def gettext(message: str, /, **parts: object) -> Markup:
        return _placed(language.gettext(message), parts)

    def ngettext(one: str, many: str, number: int, /, **parts: object) -> Markup:
        return _placed(language.ngettext(one, many, number), parts)

    style = style_sheet(folder)
    env.globals.update(
        _=gettext,
        ngettext=ngettext,
        language=language,
        style=Markup(style),  # noqa: S704 -- our own file, not input
        policy=content_policy(style),
    )
    return env


def _placed(text: str, parts: dict[str, object]) -> Markup:
    safe = Markup(escape(text))  # noqa: S704 -- escaped just here
    return safe.format(**parts) if parts else safe


def page(env: Environment, template: str, **context: object) -> bytes:
    """Return a rendered page as it is written to disk."""
    text = env.get_template(template).render(context)
    lines = (line.rstrip() for line in text.splitlines())
    return ("\n".join(line for line in lines if line) + "\n").encode()
