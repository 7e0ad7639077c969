from __future__ import annotations

import re
import shutil
from gettext import NullTranslations
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.pofile import read_po, write_po

from evenkeel.errors import EvenkeelError, UsageError
from evenkeel.report.index import render_index
from evenkeel.report.issue import Edition, read_material, render_overview
from evenkeel.report.language import Language, open_language
from evenkeel.report.model import ALL, Loads
from evenkeel.report.release import connect, last_complete_month, open_release
from evenkeel.report.render import environment
from evenkeel.report.sentences import template
from report import fixture_release
from report.conftest import PROJECT
from report.pages import visible_text

LOCALE = PROJECT / "reports" / "locale"
TEMPLATES = PROJECT / "reports"
DATA_COLUMNS = {
    "metrics.csv": ("name_en", "meaning_en", "metric_id", "domain"),
    "labels.csv": ("label_en",),
    "org_units.csv": ("org_unit_name", "org_level"),
    "load_accounting.csv": ("entity",),
}


class Marked(NullTranslations):
    """Puts every sentence between brackets, so that what is left outside was not marked."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


MARKED = Language("en", Locale("en"), Marked())


def test_the_template_for_translators_is_current() -> None:
    file = LOCALE / "evenkeel.pot"
    assert file.read_bytes() == template(PROJECT), "run python -m evenkeel.report.sentences"


def test_sentences_name_their_parts_and_hold_no_percent_sign() -> None:
    with (LOCALE / "evenkeel.pot").open("rb") as stream:
        messages = [message for message in read_po(stream) if message.id]
    assert len(messages) > 100
    # Plurals are found under both names by which modules call for them.
    plurals = {message.id[1] for message in messages if not isinstance(message.id, str)}
    assert {"{count} more", "The same holds for {count} more measures."} <= plurals
    for message in messages:
        for text in forms(message.id):
            assert "%" not in text
            assert all(re.fullmatch(r"[a-z_]+", part) for part in re.findall(r"{(.*?)}", text))


def forms(identity: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Return the forms of a sentence: one, or singular and plural."""
    return (identity,) if isinstance(identity, str) else tuple(identity)


def outside_brackets(text: str) -> str:
    """Return what no bracket encloses; brackets may stand in brackets."""
    depth, left = 0, []
    for char in text:
        depth += (char == "⟦") - (char == "⟧")
        if depth == 0 and char != "⟧":
            left.append(char)
    assert depth == 0, text
    return "".join(left)


def data_words() -> list[str]:
    """Return everything in the fixture that a report shows as it is, the longest first."""
    texts = {
        row[column]
        for file, columns in DATA_COLUMNS.items()
        for row in fixture_release.read(file)
        for column in columns
    }
    texts |= {text.replace("_", " ") for text in texts} | {fixture_release.RELEASE_ID}
    texts |= {text[:1].upper() + text[1:] for text in texts}
    texts |= set(Locale("en").months["format"]["wide"].values())
    texts |= set(Locale("en").months["format"]["abbreviated"].values())
    return sorted(texts, key=len, reverse=True)


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    home = tmp_path_factory.mktemp("marked")
    fixture_release.build(home)
    release = open_release(home)
    with connect(release) as connection:
        period = last_complete_month(connection)
    assert period is not None
    return Edition(TEMPLATES, home / "reports", release, period, "en", "UTC")


@pytest.mark.parametrize("unit_id", [ALL, "bay-view", "hill/top 1", "nobody"])
def test_every_sentence_of_a_report_can_be_translated(edition: Edition, unit_id: str) -> None:
    material = read_material(edition, MARKED)
    page = render_overview(environment(TEMPLATES, MARKED), material, unit_id).decode()
    assert_only_data_is_unmarked(page.replace("nobody", "⟦⟧"))


def test_every_sentence_of_the_index_can_be_translated(issued: Path, tmp_path: Path) -> None:
    empty = render_index(TEMPLATES, tmp_path, MARKED).decode()
    assert_only_data_is_unmarked(empty)
    assert "⟦No report was issued yet" in empty
    full = render_index(TEMPLATES, issued, MARKED).decode()
    # What a report shows is told by the report itself, in its own language.
    shown = re.sub(r'<span class="shows">.*?</span>', "", full)
    assert_only_data_is_unmarked(re.sub("Whole organisation|Monthly overview", "", shown))


def assert_only_data_is_unmarked(page: str) -> None:
    words = data_words()
    for text in visible_text(page):
        left = outside_brackets(text)
        for word in words:
            left = left.replace(word, "")
        assert not re.search(r"[A-Za-z]", left.replace("[c]", "")), text


def translated(folder: Path, edit: str = "") -> Path:
    """Write a made-up Chinese translation of everything but the sentence `edit`."""
    shutil.copy(LOCALE / "evenkeel.pot", folder)
    with (LOCALE / "evenkeel.pot").open("rb") as stream:
        catalogue = read_po(stream, locale="zh_Hans")
    for message in catalogue:
        if message.id and message.id != edit:
            told = tuple("译" + form for form in forms(message.id)[-1:])
            message.string = told[0] if isinstance(message.id, str) else told
    file = folder / "zh_Hans" / "LC_MESSAGES" / "evenkeel.po"
    file.parent.mkdir(parents=True)
    with file.open("wb") as stream:
        write_po(stream, catalogue)
    return file


def test_a_translation_is_used_with_the_numbers_and_names_of_its_language(
    tmp_path: Path, edition: Edition
) -> None:
    translated(tmp_path)
    language = open_language(tmp_path, "zh-Hans")
    material = read_material(edition, language)
    page = render_overview(environment(TEMPLATES, language), material, "bay-view").decode()
    assert '<html lang="zh-Hans">' in page
    assert "译Scorecard" in page
    assert "2026年10月" in page
    assert "名Net Promoter Score" in page


def test_a_missing_translation_is_refused_rather_than_shown_in_english(tmp_path: Path) -> None:
    translated(tmp_path, edit="Scorecard")
    with pytest.raises(EvenkeelError, match="no sure translation of 'Scorecard'"):
        open_language(tmp_path, "zh-Hans")


def test_a_doubtful_translation_is_refused(tmp_path: Path) -> None:
    file = translated(tmp_path)
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace('msgid "Scorecard"', '#, fuzzy\nmsgid "Scorecard"'), encoding="utf-8"
    )
    with pytest.raises(EvenkeelError, match="Scorecard"):
        open_language(tmp_path, "zh-Hans")


@pytest.mark.parametrize("code", ["zh-Hant", "xx-unknown", "klingon"])
def test_a_language_without_translation_is_wrong_usage(code: str) -> None:
    with pytest.raises(UsageError, match=code):
        open_language(LOCALE, code)


def test_an_entity_that_does_not_add_up_is_marked(edition: Edition) -> None:
    english = open_language(LOCALE, "en")
    material = read_material(edition, english)
    wrong = Loads("contacts", 1, 10, 8, 1, 0, 0, 0, None, is_balanced=False)
    material = type(material)(**{**vars(material), "loads": (wrong,)})
    page = render_overview(environment(TEMPLATES, english), material, ALL).decode()
    assert "does not add up" in page
