"""The house rules that a machine can check: sizes, layers, comments, clocks, documents, locks."""

from __future__ import annotations

import ast
import json
import re
import statistics
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from pathspec import PathSpec

from evenkeel.cli import main

ROOT = Path(__file__).resolve().parents[2]

# The budgets of the design. A limit is lowered when it can be, never raised to let something in.
MODEL_LINES_MEDIAN = 30
MODEL_LINES = 120
MODEL_JOINS = 6
REF_CHAIN = 9
MACRO_LINES = 30
MODULE_LINES = 400

# Where a clock may be read: the command line's default day, and how long a step took.
CLOCKS = {"evenkeel/cli.py": {"datetime.now"}, "evenkeel/steps.py": {"time.monotonic"}}
CLOCK_CALLS = {
    *("datetime.now", "datetime.today", "datetime.utcnow", "date.today"),
    *("time.time", "time.time_ns", "time.monotonic", "time.perf_counter", "time.localtime"),
}
SQL_CLOCKS = re.compile(
    r"\b(current_date|current_time|current_timestamp|localtime|localtimestamp|sysdate|today\(|"
    r"now\(|getdate\(|get_current_timestamp\(|transaction_timestamp\(|clock_timestamp\()",
    re.IGNORECASE,
)
# What a line of SQL that was commented out begins with; a sentence in English does not.
DEAD_SQL = re.compile(
    r"select\s+[\w*(.'\"]+.*(,|\bfrom\b)|from\s+[\w.{\"]+\s*(as\s+\w+)?\s*$|(where|and|or|on)\s.*[=<>]|"
    r"(inner|left|right|full|cross)\s+join\b|(group|order)\s+by\s|union(\s+all)?\s*$|"
    r"[\w.]+\s+as\s+\w+,?\s*$|\{[{%].*[%}]\}|config\(|ref\(|\)\s*,?\s*$"
)


def source_files(*patterns: str) -> list[Path]:
    """Return the files that git knows or would take in, of the given patterns."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def lines_of(text: str) -> int:
    return sum(bool(line.strip()) for line in text.splitlines())


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return dbt's manifest of the project, parsed for this test."""
    from dbt.cli.main import dbtRunner

    target = tmp_path_factory.mktemp("dbt")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVENKEEL_HOME", str(target))
        patch.setenv("EVENKEEL_AS_OF", "2026-06-30")
        arguments = ["--log-level", "none", "--log-path", str(target), "parse"]
        arguments += ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
        outcome = dbtRunner().invoke([*arguments, "--target-path", str(target)])
    assert outcome.success, outcome.exception
    content = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def models_of(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    nodes = manifest["nodes"].items()
    return {key: node for key, node in nodes if node["resource_type"] == "model"}


def published(node: dict[str, Any]) -> bool:
    return bool(node["config"]["meta"].get("published"))


# Sizes


def test_models_are_short() -> None:
    sizes = {name_of(path): lines_of(text_of(path)) for path in source_files("models/**/*.sql")}
    assert sizes
    assert {name: size for name, size in sizes.items() if size > MODEL_LINES} == {}
    assert statistics.median(sizes.values()) <= MODEL_LINES_MEDIAN


def test_models_join_few_tables() -> None:
    joins = {
        name_of(path): len(re.findall(r"\bjoin\b", without_comments(text_of(path))))
        for path in source_files("models/**/*.sql")
    }
    assert {name: count for name, count in joins.items() if count > MODEL_JOINS} == {}


def test_the_longest_chain_of_models_is_short(manifest: dict[str, Any]) -> None:
    models = models_of(manifest)

    @cache
    def chain(key: str) -> tuple[str, ...]:
        parents = [parent for parent in models[key]["depends_on"]["nodes"] if parent in models]
        return (*max((chain(parent) for parent in parents), key=len, default=()), key)

    longest = max((chain(key) for key in models), key=len)
    assert len(longest) <= REF_CHAIN, " > ".join(longest)


def test_macros_are_short(manifest: dict[str, Any]) -> None:
    sizes = {
        macro["name"]: lines_of(macro["macro_sql"])
        for macro in manifest["macros"].values()
        if macro["package_name"] == "evenkeel"
    }
    assert sizes
    assert {name: size for name, size in sizes.items() if size > MACRO_LINES} == {}


def test_modules_do_one_job() -> None:
    sizes = {name_of(path): len(text_of(path).splitlines()) for path in source_files("*.py")}
    assert {name: size for name, size in sizes.items() if size > MODULE_LINES} == {}


# What is in a model


def without_comments(sql: str) -> str:
    return re.sub(r"--.*|\{#.*?#\}", "", sql, flags=re.DOTALL if "{#" in sql else 0)


def comments(sql: str) -> list[str]:
    blocks = re.findall(r"\{#-?(.*?)-?#\}|/\*(.*?)\*/", sql, flags=re.DOTALL)
    lines = [line for block in blocks for part in block for line in part.splitlines()]
    return [line.strip() for line in [*re.findall(r"--(.*)", sql), *lines] if line.strip()]


@pytest.mark.parametrize(
    ("comment", "is_dead"),
    [
        ("select a, b from c", True),
        ("left join {{ ref('teams') }} as teams", True),
        ("and a.b = c.d", True),
        ("count(*) as base_count,", False),
        ("base_count as n,", True),
        ("{{ config(materialized='table') }}", True),
        ("one row per contact: its latest version known at as_of", False),
        ("From the second extract on, a missing employee has left.", False),
        ("and where the row carries no stamp, by load, path and line", False),
    ],
)
def test_dead_sql_can_be_told_from_words(comment: str, is_dead: bool) -> None:
    assert bool(DEAD_SQL.match(comment)) == is_dead


def test_no_sql_is_commented_out() -> None:
    found = [
        f"{name_of(path)}: {comment}"
        for path in source_files("models/**/*.sql", "macros/*.sql", "tests/**/*.sql", "mappings/*")
        for comment in comments(text_of(path))
        if path.suffix == ".sql" and DEAD_SQL.match(comment)
    ]
    assert found == []


def test_every_model_opens_with_its_grain() -> None:
    without = [
        name_of(path)
        for path in source_files("models/**/*.sql")
        if not text_of(path).startswith("-- one row per ")
    ]
    assert without == []


def test_no_model_reads_a_clock() -> None:
    found = [
        f"{name_of(path)}: {match.group()}"
        for path in source_files("models/**/*.sql", "macros/*.sql", "tests/**/*.sql", "mappings/**")
        if path.suffix == ".sql"
        for match in SQL_CLOCKS.finditer(without_comments(text_of(path)))
    ]
    assert found == []


def test_no_module_reads_a_clock() -> None:
    found = {}
    for path in source_files("evenkeel/**/*.py", "evenkeel/*.py"):
        calls = {
            f"{node.value.id}.{node.attr}"
            for node in ast.walk(ast.parse(text_of(path)))
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        } & CLOCK_CALLS
        if calls - CLOCKS.get(name_of(path), set()):
            found[name_of(path)] = calls
    assert found == {}


# What a mart promises


def test_no_model_is_read_by_nobody(manifest: dict[str, Any]) -> None:
    models = models_of(manifest)
    read = {parent for node in models.values() for parent in node["depends_on"]["nodes"]}
    entities = {f"stg_{source['name']}" for source in manifest["sources"].values()}
    unread = [
        node["name"]
        for key, node in models.items()
        # Every entity of the contract has its staging model, whatever is built on it yet; what is private, people read.
        if key not in read
        and not published(node)
        and node["name"] not in entities
        and node["config"]["schema"] != "private"
    ]
    assert unread == []


def test_marts_have_contracts_and_every_column_is_described(manifest: dict[str, Any]) -> None:
    marts = [node for node in models_of(manifest).values() if published(node)]
    assert marts
    assert [node["name"] for node in marts if not node["config"]["contract"]["enforced"]] == []
    undescribed = [
        f"{node['name']}.{column['name']}"
        for node in marts
        for column in node["columns"].values()
        if not column["description"].strip()
    ]
    assert undescribed == []
    assert [node["name"] for node in marts if not node["description"].strip()] == []


def test_published_seeds_are_described(manifest: dict[str, Any]) -> None:
    seeds = [node for node in manifest["nodes"].values() if node["resource_type"] == "seed"]
    assert [node["name"] for node in seeds if published(node) and not node["description"]] == []


# Silenced checks


def test_a_rule_switched_off_has_its_reason_beside_it() -> None:
    options = text_of(ROOT / ".sqlfluff").splitlines()
    start = next(n for n, line in enumerate(options) if line.startswith("exclude_rules"))
    rules = [n for n in range(start + 1, len(options)) if re.match(r"    [a-z]", options[n])]
    assert [options[n].strip() for n in rules if not options[n - 1].startswith("    # ")] == []

    text = text_of(ROOT / "pyproject.toml")
    ruff = tomllib.loads(text)["tool"]["ruff"]["lint"]
    ignored = [
        *ruff["ignore"],
        *(code for codes in ruff["per-file-ignores"].values() for code in codes),
    ]
    assert ignored
    unexplained = [code for code in ignored if not re.search(rf'"{code}",\s*# \w+', text)]
    assert unexplained == []


def test_only_models_without_sql_of_their_own_are_not_linted() -> None:
    rules = text_of(ROOT / ".sqlfluffignore").splitlines()
    ignored = PathSpec.from_lines("gitwildmatch", rules)
    unlinted = [path for path in source_files("*.sql") if ignored.match_file(name_of(path))]
    assert unlinted
    assert [name_of(path) for path in unlinted if "select" in text_of(path)] == []


def test_a_silenced_line_says_why() -> None:
    # Put together here, so that these lines are not taken for silenced ones.
    mark = re.compile(
        r"(?:#|--) *(?:" + "|".join(["noqa", "type: ignore", "sqlfluff:disable"]) + ")(.*)"
    )
    rule = re.compile(r"^(\[[\w, -]+\]|:?\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*)?")
    found = [
        f"{name_of(path)}:{number}"
        for path in source_files("*.py", "*.sql")
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if (match := mark.search(line)) and not re.search(r"\w+ \w+", rule.sub("", match[1]))
    ]
    assert found == []


# Documents


def commands() -> dict[str, click.Command]:
    return dict(main.commands)


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_and_option_is_documented(name: str) -> None:
    command = commands()[name]
    assert command.help
    pages = text_of(ROOT / "README.md") + text_of(ROOT / "docs" / "operate.md")
    assert f"evenkeel {name}" in pages
    options = [option for parameter in command.params for option in parameter.opts]
    assert [option for option in options if option not in pages] == []


def test_the_documents_name_commands_and_targets_that_exist() -> None:
    pages = [ROOT / "README.md", *source_files("docs/*.md")]
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    for page in pages:
        code = " ".join(re.findall(r"`[^`\n]+`|^    .+$", text_of(page), re.MULTILINE))
        assert set(re.findall(r"\bevenkeel ([a-z]+)\b", code)) <= set(commands()), page.name
        assert set(re.findall(r"\bmake ([a-z]+)\b", code)) <= targets, page.name


# Files that come from elsewhere


@pytest.mark.parametrize("name", ["runtime", "dev"])
def test_a_lock_holds_versions_and_hashes_and_nothing_else(name: str) -> None:
    lock = text_of(ROOT / "requirements" / f"{name}.lock")
    line = r"([a-z0-9._-]+==[^\s\\]+ \\|    --hash=sha256:[0-9a-f]{64}( \\)?)"
    assert [text for text in lock.splitlines() if not re.fullmatch(line, text)] == []


def test_the_runtime_is_the_same_in_both_locks() -> None:
    runtime, dev = (
        dict(
            re.findall(r"^([a-z0-9._-]+)==(\S+)", text_of(ROOT / "requirements" / f), re.MULTILINE)
        )
        for f in ("runtime.lock", "dev.lock")
    )
    assert runtime
    assert runtime.items() <= dev.items()


def test_no_file_names_a_place_of_one_machine() -> None:
    # Put together here, so that this file passes too.
    place = re.compile(r"(?<![\w.~-])/(?:" + "|".join(["work", "root", "opt", "tmp"]) + r")/\w")
    found = [
        f"{name_of(path)}:{number}"
        for path in source_files()
        if path.suffix not in {".png", ".mo"}
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if place.search(line)
    ]
    assert found == []


def test_hooks_work_offline() -> None:
    content = yaml.safe_load(text_of(ROOT / ".pre-commit-config.yaml"))
    assert [repository["repo"] for repository in content["repos"]] == ["local"]


def test_the_licence_is_apache() -> None:
    text = text_of(ROOT / "LICENSE")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]["license"] == "Apache-2.0"
