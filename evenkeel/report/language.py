"""The language of a report: its sentences, its locale and its columns of labels."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from evenkeel.errors import EvenkeelError, UsageError

SOURCE_LANGUAGE = "en"
TEMPLATE = "evenkeel.pot"


@dataclass(frozen=True)
class Language:
    """One language, ready to translate sentences and to format numbers and dates.

    Attributes
    ----------
    code
        As written in HTML and in evenkeel.yml: `en`, `zh-Hans`.
    """

    code: str
    locale: Locale
    translations: NullTranslations

    @property
    def column(self) -> str:
        """Return the ending of the columns in this language: `name_en`, `label_zh_hans`."""
        return self.code.lower().replace("-", "_")

    def gettext(self, message: str, /, **parts: str) -> str:
        """Translate a sentence, then put the named parts into its `{placeholders}`."""
        text = self.translations.gettext(message)
        return text.format(**parts) if parts else text

    def ngettext(self, one: str, many: str, number: int, /, **parts: str) -> str:
        """Translate the form of a sentence that fits `number`, then put the parts in."""
        text = self.translations.ngettext(one, many, number)
        return text.format(**parts) if parts else text

    def listed(self, names: list[str]) -> str:
        """Return names as one phrase: "A, B and C" in the manner of the language."""
        return str(format_list(names, locale=self.locale))


@lru_cache(maxsize=16)
def open_language(folder: Path, code: str) -> Language:
    """Read the translations of a language from the locale folder.

    Parameters
    ----------
    folder
        The folder with `evenkeel.pot` and `<locale>/LC_MESSAGES/evenkeel.po`.
    code
        The language, as in evenkeel.yml.

    Raises
    ------
    UsageError
        If the code names no language, or one that has no translation.
    EvenkeelError
        If a sentence is untranslated or its translation is marked as doubtful: gettext would
        show English in its place and say nothing.
    """
    try:
        locale = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError) as error:
        raise UsageError(f"{code!r} names no language; write en or one that is listed.") from error
    if code == SOURCE_LANGUAGE:
        return Language(code, locale, NullTranslations())
    file = folder / code.replace("-", "_") / "LC_MESSAGES" / "evenkeel.po"
    if not file.is_file():
        raise UsageError(f"Reports have no translation for {code}: {file} is not there.")
    with file.open("rb") as stream:
        catalogue = read_po(stream, locale=str(locale))
    with (folder / TEMPLATE).open("rb") as stream:
        _check_complete(read_po(stream), catalogue, file)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Language(code, locale, GNUTranslations(compiled))


def _check_complete(template: Catalog, catalogue: Catalog, file: Path) -> None:
    for wanted in template:
        if not wanted.id:
            continue
        message = catalogue.get(wanted.id, wanted.context)
        texts = message.string if message else None
        filled = all(texts) if isinstance(texts, (list, tuple)) else bool(texts)
        if message is None or message.fuzzy or not filled:
            sentence = wanted.id[0] if isinstance(wanted.id, (list, tuple)) else wanted.id
            raise EvenkeelError(f"{file}: no sure translation of {sentence!r}; translate it.")
