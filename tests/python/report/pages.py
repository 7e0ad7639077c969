"""Reads a page as a list of elements, as far as the tests need it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "link", "br", "hr", "img", "input"}
UNSEEN = {"style", "script", "title"}
SPOKEN_ATTRIBUTES = ("aria-label", "title", "alt")


@dataclass
class Element:
    """An element with its attributes, its own text and what it lies in."""

    tag: str
    attributes: dict[str, str]
    above: Element | None = None
    inside: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in the element, spaces folded."""
        return " ".join("".join(self.pieces).split())

    def find(self, tag: str, **attributes: str) -> list[Element]:
        """Every element inside with that tag and those attributes (`class_` for class)."""
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return [
            element
            for child in self.inside
            for element in (child, *child.find("*"))
            if tag in ("*", element.tag)
            and all(value in element.attributes.get(n, "").split() for n, value in wanted.items())
        ]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.place = Element("page", {})
        self.visible: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.place)
        self.place.inside.append(element)
        self.visible += [element.attributes.get(name, "") for name in SPOKEN_ATTRIBUTES]
        if tag not in VOID:
            self.place = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.place.tag == tag, f"</{tag}> closes <{self.place.tag}>"
        assert self.place.above is not None
        self.place = self.place.above

    def handle_data(self, data: str) -> None:
        if self.place.tag not in UNSEEN:
            self.visible.append(data)
        element: Element | None = self.place
        while element is not None:
            element.pieces.append(data)
            element = element.above


def read_page(path: Path) -> Element:
    """Parse a page; a tag that is closed wrongly fails."""
    return parse(path.read_text(encoding="utf-8"))


def parse(text: str) -> Element:
    """Parse a page's text."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.place is reader.root, f"<{reader.place.tag}> is not closed"
    return reader.root


def visible_text(text: str) -> list[str]:
    """Every piece of text that a reader sees or hears."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return [" ".join(piece.split()) for piece in reader.visible if piece.strip()]
