"""The one place that speaks to Great Expectations: suites in, results and pages out."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from evenkeel.errors import EvenkeelError

# What Great Expectations' pages would fetch from elsewhere; they are read without a network.
_FETCHED = re.compile(
    r"<link[^>]*>|<script.*?</script>|<img[^>]*>|<footer.*?</footer>|<nav.*?</nav>", re.DOTALL
)
# Pages of a site that is not built.
_LEADING_NOWHERE = re.compile(r'<a [^>]*href="(?!#)[^"]*"[^>]*>(.*?)</a>', re.DOTALL)
_EXTERNAL_URL = re.compile(r"url\(['\"]?https?://[^)]*\)")
_POLICY = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
)
_HEADING = "Expectation Validation Result"
_STYLE = (
    "body{font-family:system-ui,sans-serif;margin:2rem;max-width:70rem}"
    "table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.3rem .6rem;"
    "text-align:left;vertical-align:top}#ge-cta-footer,.show-more,.card{display:none}"
    "i.fa-check-circle::before{content:'\u2714'}i.fa-times::before{content:'\u2718'}"
    "i.text-danger{color:#b00020;font-style:normal}i.text-success{color:#1a6b36;font-style:normal}"
)


@dataclass(frozen=True)
class Suite:
    """What is expected of one table.

    Attributes
    ----------
    query
        SQL that gives its rows, in DuckDB.
    expectations
        Those of `great_expectations.expectations`; `meta["check"]` names each.
    index
        Columns that the page gives of rows that break one; of a large table none.
    """

    name: str
    query: str
    expectations: Sequence[Any]
    index: Sequence[str] = ()


@dataclass(frozen=True)
class Result:
    """What came of one expectation; `unexpected` counts the rows that break it."""

    suite: str
    check: str
    succeeded: bool
    severity: str
    words: str
    unexpected: int


@dataclass
class Checkpoint:
    """A run of suites: their results, and a page of Data Docs for each suite."""

    results: list[Result] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)


def import_ahead() -> None:
    """Begin to import Great Expectations, which takes seconds, beside other work."""

    def imported() -> None:
        # Where it cannot be imported, the checkpoint says so.
        with suppress(Exception):
            _library()

    threading.Thread(target=imported, daemon=True).start()


def run_checkpoint(name: str, suites: Sequence[Suite]) -> Checkpoint:
    """Hold tables against their suites.

    Parameters
    ----------
    name
        Of the run, as the pages show it.

    Raises
    ------
    EvenkeelError
        If an expectation could not be evaluated.
    """
    checkpoint = Checkpoint()
    with _source() as (context, source):
        for suite in suites:
            _validate(context, source, name, suite, checkpoint)
    return checkpoint


@contextmanager
def _source() -> Iterator[tuple[Any, Any]]:
    """Give a context, and an empty database in memory as its source of data."""
    gx = _library()
    from great_expectations.data_context.types import base

    # Its own default would make a folder for pages outside the home.
    stores = base.InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    settings = base.DataContextConfig(store_backend_defaults=stores)
    context = gx.get_context(mode="ephemeral", project_config=settings)
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    source = context.data_sources.add_sql(
        name="evenkeel",
        connection_string="duckdb:///:memory:",
        create_temp_table=False,
    )
    try:
        yield context, source
    finally:
        source.get_engine().dispose()


def _library() -> Any:
    """Import Great Expectations, and keep it from closing DuckDB under its own results.

    Its engine fetches rows after the connection is closed, which empties them, unless the dialect
    is among those whose connections persist; DuckDB is not, so it is added here.
    """
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx
    from great_expectations.execution_engine import sqlalchemy_execution_engine as engine

    persisted: Any = engine
    if "duckdb" not in {str(d.value) for d in persisted._PERSISTED_CONNECTION_DIALECTS}:
        dialect = type("Dialect", (str,), {"value": property(str)})("duckdb")
        persisted._PERSISTED_CONNECTION_DIALECTS = (
            *persisted._PERSISTED_CONNECTION_DIALECTS,
            dialect,
        )
    return gx


def _validate(context: Any, source: Any, run: str, suite: Suite, checkpoint: Checkpoint) -> None:
    gx = _library()
    asset = source.add_query_asset(name=suite.name, query=suite.query)
    batch = asset.add_batch_definition_whole_table("all")
    made = context.suites.add(
        gx.ExpectationSuite(name=suite.name, expectations=list(suite.expectations))
    )
    definition = gx.ValidationDefinition(name=suite.name, data=batch, suite=made)
    shown = {
        "result_format": "COMPLETE",
        "unexpected_index_column_names": list(suite.index),
        "return_unexpected_index_query": False,
    }
    found = context.validation_definitions.add(definition).run(
        result_format=shown if suite.index else "SUMMARY", run_id=gx.RunIdentifier(run_name=run)
    )
    for one in found.results:
        config = one.expectation_config
        problem = (one.exception_info or {}).get("exception_message")
        if problem or (one.exception_info or {}).get("raised_exception"):
            raise EvenkeelError(
                f"The checkpoint of {suite.name} could not evaluate {config.type} ({problem}); "
                "nothing was changed."
            )
        checkpoint.results.append(
            Result(
                suite=suite.name,
                check=(config.meta or {}).get("check", config.type),
                succeeded=bool(one.success),
                severity=str(getattr(config.severity, "value", config.severity)),
                words=(config.meta or {}).get("words", config.type),
                unexpected=int(one.result.get("unexpected_count") or 0),
            )
        )
    checkpoint.pages[suite.name] = _page(found, f"{run}: {suite.name}")


def _page(found: Any, title: str) -> str:
    """Return the Data Docs of a validation as one page that fetches nothing and tells no time.

    The same data give the same page, whenever they are looked at.
    """
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView

    document = ValidationResultsPageRenderer(run_info_at_end=True).render(found)
    document.page_title = title
    document.sections = [part for part in document.sections if part.section_name != "Run Info"]
    html: str = DefaultJinjaPageView().render(document)
    html = _EXTERNAL_URL.sub("none", _FETCHED.sub("", html))
    html = _LEADING_NOWHERE.sub(r"\1", html).replace(_HEADING, escape(title))
    # What comes from a file may look like a page, and must not act like one.
    return html.replace("<head>", f"<head>{_POLICY}", 1).replace(
        "</head>", f"<style>{_STYLE}</style></head>", 1
    )


def write_pages(checkpoint: Checkpoint, folder: Path) -> None:
    """Write the pages of a run, each in one step."""
    if checkpoint.pages:
        folder.mkdir(parents=True, exist_ok=True)
    for name, html in checkpoint.pages.items():
        temporary = folder / f".{name}.html"
        temporary.write_text(html, encoding="utf-8")
        temporary.replace(folder / f"{name}.html")
