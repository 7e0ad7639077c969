"""Whatever a file holds or is called, it is loaded or refused in a sentence, and costs no other file anything."""

from __future__ import annotations

import gzip
import io
import os
import random
import zipfile
from pathlib import Path

import pytest

from evenkeel.load import reading, text
from load.place import Place, most_memory

GOOD = "vendor_id,vendor_name\ngood,A\n"
LINE = "v1,Alpha\n"
OBJECT = '{"vendor_id": "v1", "vendor_name": "Alpha"}\n'
MEGABYTE = 1_000_000
# What a load of these files needs lies far below it; taking one of them into memory does not.
MOST_MEMORY = 1000 * MEGABYTE


def load_beside_a_good_file(place: Place) -> dict[str, str]:
    """Load, check that the good file came in and nothing was left behind, and return what was refused."""
    before = sorted(place.root.iterdir())
    place.put("vendors/zz-good.csv", GOOD)
    result = place.load()
    assert place.query("SELECT count(*) FROM vendors WHERE vendor_id = 'good'") == [(1,)]
    assert sorted({*before, place.home}) == sorted(place.root.iterdir())
    assert not (place.home / ".loading").exists()
    refused = {batch.file: batch.sentence for batch in result.refused_batches}
    for file, sentence in refused.items():
        assert sentence.startswith(file)
        assert sentence.endswith(".")
        assert sentence.isprintable()
    return refused


@pytest.mark.parametrize(
    ("name", "line", "header"),
    [("bomb.csv.gz", LINE, "vendor_id,vendor_name\n"), ("bomb.json.gz", OBJECT, "")],
)
def test_a_gzip_bomb_is_refused(
    place: Place, monkeypatch: pytest.MonkeyPatch, name: str, line: str, header: str
) -> None:
    monkeypatch.setattr(text, "LARGE_BYTES", 4 * MEGABYTE)
    bomb = (header + line * (20 * MEGABYTE // len(line))).encode()
    place.put(f"vendors/{name}", bomb)
    # As large, but no more than large files are.
    plain = header + "".join(line.replace("v1", f"v{n}") for n in range(200_000))
    place.put(f"vendors/plain-{name}", plain.encode())
    refused = load_beside_a_good_file(place)
    assert refused.keys() == {f"vendors/{name}"}
    assert "more than 200 times its size" in refused[f"vendors/{name}"]
    assert place.query("SELECT count(*) FROM vendors") == [(200_001,)]
    assert sum(path.stat().st_size for path in place.home.rglob("*")) < 20 * MEGABYTE


def test_a_parquet_bomb_is_refused(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_MANY_ROWS", 100_000)
    same = "'v1' AS vendor_id, 'A' AS vendor_name"
    place.put_parquet("vendors/bomb.parquet", f"SELECT {same} FROM range(1000000)")
    other = "'w' || i AS vendor_id, 'A' AS vendor_name"
    place.put_parquet("vendors/list.parquet", f"SELECT {other} FROM range(200000) AS n(i)")
    (sentence,) = load_beside_a_good_file(place).values()
    assert sentence.startswith("vendors/bomb.parquet has 1,000,000 rows in ")
    assert place.query("SELECT count(*) FROM vendors") == [(200_001,)]


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("full.csv.gz", "utf-8"), ("full.json", "utf-8"), ("full.csv", "utf-16")],
)
def test_a_file_that_would_fill_the_disk_is_refused(
    place: Place, monkeypatch: pytest.MonkeyPatch, name: str, encoding: str
) -> None:
    monkeypatch.setattr(text, "LARGE_BYTES", MEGABYTE)
    monkeypatch.setattr(text, "RESERVED_BYTES", 10**18)
    content = OBJECT if name.endswith("json") else LINE
    header = "" if name.endswith("json") else "vendor_id,vendor_name\n"
    rows = [content.replace("v1", os.urandom(8).hex()) for _ in range(100_000)]
    place.put(f"vendors/{name}", (header + "".join(rows)).encode(encoding))
    (sentence,) = load_beside_a_good_file(place).values()
    assert "the disk is nearly full" in sentence


def test_hostile_sizes_do_not_grow_memory(place: Place) -> None:
    folder = place.landing / "vendors"
    place.put("vendors/zz-good.csv", GOOD)
    huge = b"x" * (100 * MEGABYTE)
    header = b"vendor_id,vendor_name\n"
    files = {
        "quoted.csv": (header, b'v1,"', huge, b'"\nv2,B\n'),
        "unquoted.csv": (header, b"v3,", huge, b"\nv4,D\n"),
        "lines.csv": (header, b'v5,"', (b"x" * 99 + b"\n") * 40_000, b'"\nv6,F\n'),
        "value.jsonl": (b'{"vendor_id": "', huge, b'"}\n', OBJECT.encode()),
        "array.json": (b'[{"vendor_id": "', huge, b'"}]'),
        "objects.json": (b"[", OBJECT.encode() + (b"," + OBJECT.encode()) * 200_000, b"]"),
        "columns.csv": (b",".join(b"c%d" % n for n in range(1_000_000)), b"\n1,2\n"),
        "columns.jsonl": (b"{", b", ".join(b'"c%d": 1' % n for n in range(100_000)), b"}\n"),
        "wide.jsonl": (OBJECT.encode(), b"{", b'"c": 1, ' * 1_000_000, b'"d": 1}\n'),
        "wide.csv": (header, b"v7,", b"," * (5 * MEGABYTE), b"\nv8,H\n"),
        "line.csv": (huge * 3,),
        "nul.csv": (header, bytes(100 * MEGABYTE)),
        "damaged.jsonl": (b"{\n" * 500_000,),
    }
    for name, parts in files.items():
        with (folder / name).open("wb") as out:
            out.writelines(parts)
    memory, _ = most_memory(place.root)
    assert memory < MOST_MEMORY
    wanted = ["good", "v1", "v2", "v4", "v6", "v8"]
    assert place.query("SELECT DISTINCT vendor_id FROM vendors ORDER BY ALL") == [
        (name,) for name in wanted
    ]
    # Those of which any row could be read are accounted for, the others were refused whole.
    accounted = {name for (name,) in place.query("SELECT file FROM accounting")}
    refused = {"array.json", "columns.csv", "columns.jsonl", "line.csv", "damaged.jsonl"}
    assert {f"vendors/{name}" for name in files.keys() - refused} <= accounted
    assert not {f"vendors/{name}" for name in refused} & accounted
    assert [
        sentence.split(";")[0]
        for sentence in place.sentences()
        if "quoted.csv" in sentence or "value.jsonl" in sentence
    ] == [
        f"vendors, {name} line {line}: is longer than 1,900,000 bytes"
        for name, line in (("quoted.csv", 2), ("unquoted.csv", 2), ("value.jsonl", 1))
    ]


def test_nested_values_near_the_limit_of_a_line(place: Place) -> None:
    nested = '{"vendor_id": "v1", "vendor_name": "A", "more": [' + "1," * 900_000 + "1]}\n"
    place.put("vendors/nested.jsonl", nested + OBJECT.replace("v1", "v2"))
    assert load_beside_a_good_file(place) == {}
    assert place.query("SELECT vendor_id FROM vendors ORDER BY ALL") == [
        ("good",),
        ("v1",),
        ("v2",),
    ]


NAMES = [
    "x; rm -rf ~.csv",
    "'; DROP TABLE vendors; --.csv",
    '"quoted" `touch x` $(touch x).csv',
    "=cmd().csv",
    "a..b.csv",
    "[*]?{a,b}.csv",
    "%s {0} {{ 1 }}.csv",
    "客服 é.csv",
    "-rf.csv",
    "x" * 200 + ".csv",
]


def test_names_are_only_names(place: Place) -> None:
    for number, name in enumerate(NAMES):
        place.put(f"vendors/{name}", f"vendor_id,vendor_name\nv{number},A\n,B\n")
    place.put("vendors/two\nlines\x1b[2J.csv", GOOD)
    place.put("ven\ndors/x.csv", GOOD)
    refused = load_beside_a_good_file(place)
    assert refused == {
        r"ven\ndors": r"ven\ndors has a name with a line end or another control sign; rename it.",
        r"vendors/two\nlines\x1b[2J.csv": r"vendors/two\nlines\x1b[2J.csv has a name with a line "
        "end or another control sign; rename it.",
    }
    found = place.query("SELECT vendor_id, _file FROM vendors WHERE vendor_id <> 'good'")
    assert sorted(found) == sorted((f"v{n}", f"vendors/{name}") for n, name in enumerate(NAMES))
    assert sorted(sentence.split(" line 3:")[0] for sentence in place.sentences()) == sorted(
        f"vendors, {name}" for name in NAMES
    )


def test_names_of_a_mapped_file_are_only_names(place: Place) -> None:
    place.map(
        "tool",
        "vendors",
        "select id as vendor_id, name as vendor_name, _file, _line from {{ source_file('*.csv') }}",
    )
    for number, name in enumerate(NAMES):
        place.put(f"tool/{name}", f"id,name\nv{number},A\n")
    assert load_beside_a_good_file(place) == {}
    assert place.query("SELECT count(DISTINCT _file) FROM vendors") == [(len(NAMES) + 1,)]


def test_links_out_of_the_landing_folder_and_other_things_are_refused(place: Place) -> None:
    outside = place.root / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text(GOOD.replace("good", "secret"))
    folder = place.landing / "vendors"
    folder.mkdir()
    (folder / "file.csv").symlink_to(outside / "secret.csv")
    (folder / "folder").symlink_to(outside)
    (folder / "up.csv").symlink_to("../../outside/secret.csv")
    (folder / "loop.csv").symlink_to("loop.csv")
    (folder / "nothing.csv").symlink_to("nothing")
    (place.landing / "surveys").symlink_to(outside)
    os.mkfifo(folder / "pipe.csv")
    refused = load_beside_a_good_file(place)
    assert sorted(refused) == [
        "surveys",
        *(f"vendors/{n}" for n in ("file.csv", "folder", "loop.csv", "nothing.csv")),
        *("vendors/pipe.csv", "vendors/up.csv"),
    ]
    assert place.query("SELECT count(*) FROM vendors") == [(1,)]


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("list.csv", GOOD)
    return out.getvalue()


PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 20
PAGE = b'<!DOCTYPE html>\n<html><body>Please log in, "again"</body></html>\n'
WRONG = {
    "zip.csv": zipped(),
    "zip.json": zipped(),
    "zip.csv.gz": zipped(),
    "picture.parquet": PICTURE,
    "picture.csv": PICTURE,
    "page.csv": PAGE,
    "page.xlsx": PAGE,
    "page.json": PAGE,
    "page.parquet": PAGE,
    "empty.csv": b"",
    "empty.csv.gz": b"",
    "empty.json": b"",
    "empty.parquet": b"",
    "lines.csv": b"\n" * 10_000,
    "lines.json": b"\r\n" * 10_000,
    "spaces.csv": b" " * 10_000,
    "commas.csv": b"," * 10_000,
    "nul.csv": bytes(10_000),
    "quote.csv": b'"',
    "marks.csv": b"\xef\xbb\xbf",
    "bare.parquet": b"PAR1PAR1",
    "long.parquet": b"PAR1" + b"\xff\xff\xff\xff" + b"PAR1",
    "negative.parquet": b"PAR1" + bytes(100) + b"\0\0\0\x80PAR1",
}


def test_what_is_not_what_it_says_is_refused(place: Place) -> None:
    for name, content in WRONG.items():
        (place.landing / "vendors").mkdir(exist_ok=True)
        (place.landing / "vendors" / name).write_bytes(content)
    refused = load_beside_a_good_file(place)
    assert sorted(refused) == sorted(f"vendors/{name}" for name in WRONG)


def test_damaged_parquet_costs_no_other_file(place: Place) -> None:
    whole = place.put_parquet(
        "vendors/whole.parquet",
        "SELECT 'v' || i AS vendor_id, 'A' AS vendor_name FROM range(1000) AS numbers(i)",
    ).read_bytes()
    chance = random.Random(7)  # noqa: S311 -- damage, not a secret
    for number in range(40):
        data = bytearray(whole)
        for _ in range(3):
            data[chance.randrange(len(data))] = chance.randrange(256)
        place.put(f"vendors/{number:02}.parquet", bytes(data))
        place.put(f"vendors/cut-{number:02}.parquet", whole[: chance.randrange(len(whole))])
    refused = load_beside_a_good_file(place)
    assert {f"vendors/cut-{number:02}.parquet" for number in range(40)} <= refused.keys()
    assert "vendors/whole.parquet" not in refused


def test_values_are_only_values(place: Place) -> None:
    values = [
        "=1+1",
        "@SUM(A1)",
        '=HYPERLINK("http://x")',
        "'; DROP TABLE vendors; --",
        "{{ 7 * 7 }}",
        "<script>",
        "a\0b",
        "\x1b[2J",
    ]
    rows = "".join(f'v{n},"{v.replace(chr(34), chr(34) * 2)}"\n' for n, v in enumerate(values))
    place.put("vendors/values.csv", ("vendor_id,vendor_name\n" + rows).encode())
    assert load_beside_a_good_file(place) == {}
    assert place.query(
        "SELECT vendor_name FROM vendors WHERE vendor_id <> 'good' ORDER BY vendor_id"
    ) == [(value,) for value in values]


@pytest.mark.parametrize("name", ["a\0b", "'; --", "{x}", 'say "hi"', "x" * 5000, "\x07"])
def test_columns_are_only_names(place: Place, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    place.put("vendors/list.csv", f"vendor_id,vendor_name,{quoted}\nv1,A,x\n".encode())
    assert load_beside_a_good_file(place) == {}
    assert place.query("SELECT json_keys(_extra) FROM vendors WHERE vendor_id = 'v1'") == [
        ([name],)
    ]


def test_a_header_without_the_columns_is_refused_whatever_it_says(place: Place) -> None:
    place.put("vendors/list.csv", b"vendor_id\0,vendor_name\nv1,A\n")
    (sentence,) = load_beside_a_good_file(place).values()
    assert "has no column vendor_id" in sentence


def test_packed_twice_or_with_more_behind_it(place: Place) -> None:
    folder = place.landing / "vendors"
    folder.mkdir()
    packed = gzip.compress(GOOD.replace("good", "v1").encode())
    (folder / "twice.csv.gz").write_bytes(gzip.compress(packed))
    (folder / "behind.csv.gz").write_bytes(packed + b"and more")
    (folder / "parts.csv.gz").write_bytes(packed + gzip.compress(b"v2,B\n"))
    refused = load_beside_a_good_file(place)
    assert sorted(refused) == ["vendors/behind.csv.gz", "vendors/twice.csv.gz"]
    assert place.query("SELECT vendor_id FROM vendors ORDER BY ALL") == [
        ("good",),
        ("v1",),
        ("v2",),
    ]


def test_the_folder_of_a_place_is_left_as_it_was(place: Place, tmp_path: Path) -> None:
    place.put("vendors/../vendors/x.csv", GOOD.replace("good", "v1"))
    assert load_beside_a_good_file(place) == {}
    assert {path.name for path in tmp_path.iterdir()} == {"landing", "home", "project"}
