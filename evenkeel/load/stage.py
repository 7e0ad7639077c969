"""Loads one entity: reads its batches, decides on their rows, and writes what came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from evenkeel.contract import Entity
from evenkeel.load import canonical, sql
from evenkeel.load.accounting import Account, Counts, account, account_repeated, count_outcomes
from evenkeel.load.held import held_file, insert_held
from evenkeel.load.intake import Intake
from evenkeel.load.judging import Judge
from evenkeel.load.landing import LandedFile
from evenkeel.load.ledger import Content
from evenkeel.load.mapped import Mapped, Sources, run_mapping
from evenkeel.load.outcomes import REDELIVERED_WITH, decide
from evenkeel.load.output import Output
from evenkeel.load.plan import Batch
from evenkeel.load.progress import Progress
from evenkeel.load.reading import Read, Reader
from evenkeel.load.records import Unreadable
from evenkeel.load.relations import parquet_header
from evenkeel.load.result import BatchError, RefusedBatch
from evenkeel.load.rewriting import rewrite
from evenkeel.load.tables import BATCH_COLUMNS, Tables
from evenkeel.load.text import TextFile, UnreadableFileError, prepare_text
from evenkeel.load.verdicts import BatchGate


@dataclass(frozen=True)
class Workshop:
    """What all entities of a load share."""

    con: duckdb.DuckDBPyConnection
    load: int
    intake: Intake
    sources: Sources
    judge: Judge
    gate: BatchGate
    progress: Progress = field(default_factory=Progress)


@dataclass
class Stage:
    """One entity of a load.

    Attributes
    ----------
    batches
        The new batches, in byte order of their files.
    accounts, refused
        What came of them.
    """

    shop: Workshop
    entity: Entity
    batches: Sequence[Batch]
    accounts: list[Account] = field(default_factory=list)
    refused: list[RefusedBatch] = field(default_factory=list)
    _tables: Tables = field(default_factory=Tables)
    _reads: dict[int, Read] = field(default_factory=dict)
    _mapped: dict[int, Mapped] = field(default_factory=dict)
    _refused_contents: set[Content] = field(default_factory=set)

    def run(self) -> None:
        """Read, decide, account and write."""
        con = self.shop.con
        path = held_file(self.shop.judge.store, self.entity)
        if not self.batches and path is None:
            return
        columns = canonical.row_columns(self.entity)
        con.execute(f"CREATE OR REPLACE TABLE {self._tables.rows} ({sql.ddl(columns)})")
        held = []
        if path is not None:
            held = insert_held(con, path, self.entity, self._tables.rows, len(self.batches))
        self._read()
        read = [*(b for b in self.batches if b.number in self._reads), *held]
        self._describe(read)
        decide(con, self.entity, self._tables, self.shop.judge)
        counts = count_outcomes(con, self.entity, self._tables)
        self._account(read, counts)
        self.shop.gate.observe(self.entity, self._tables, self._lost_by_batch())
        output = Output(con, self.shop.load, self.entity, self._tables, self.shop.intake)
        output.write(self._unreadable(), sum(one.accepted for one in counts.values()))
        con.execute(f"DROP TABLE {self._tables.rows}")

    def _read(self) -> None:
        reader = Reader(
            self.shop.con,
            self._tables.rows,
            lambda relation: canonical.insert_rows(self.entity, self._tables.rows, relation),
            self.shop.intake.store.texts,
            on_read=lambda number: self.shop.progress.read(self.batches[number].file),
        )
        texts: list[tuple[int, TextFile]] = []
        parquets: list[tuple[int, Path]] = []
        for batch in self.batches:
            file = batch.source
            if file is None or (batch.repeats and not self._may_redeliver()):
                continue
            verdict = self.shop.gate.refused.get((self.entity.name, batch.file))
            if verdict:
                self._refuse(batch, " ".join(finding.sentence for finding in verdict))
                continue
            try:
                if batch.run is not None:
                    # Taken in even if it is only looked up, so that the archive has it.
                    self.shop.intake.copy(file)
                    self._mapped[batch.number] = run_mapping(
                        batch, batch.run, self.entity, self.shop.sources, reader
                    )
                    reader.done[batch.number] = Read()
                elif file.is_parquet:
                    parquets.append((batch.number, self._prepare_parquet(file)))
                elif file.is_json or file.is_sheet:
                    self._read_rewritten(batch.number, file, reader)
                else:
                    texts.append((batch.number, self._prepare(file)))
            except BatchError as error:
                self._refuse(batch, str(error))
            self.shop.progress.prepared(batch.file)
        reader.read_parquets(parquets)
        reader.read_waiting()
        reader.read_texts(texts)
        for number, reason in reader.failed.items():
            self._refuse(self.batches[number], f"{self.batches[number].file} {reason}")
        self._reads = reader.done

    def _may_redeliver(self) -> bool:
        """Say whether known rows matter: answers whose response has a new version in this load."""
        incoming = self.shop.judge.store.incoming / f"{REDELIVERED_WITH}.parquet"
        return REDELIVERED_WITH in self.entity.judges and incoming.is_file()

    def _prepare(self, file: LandedFile) -> TextFile:
        known = frozenset(column.name for column in self.entity.delivered)
        intake = self.shop.intake
        copy = intake.copy(file)
        try:
            text = prepare_text(copy, intake.text_path(file), is_gzip=file.is_gzip, known=known)
        except UnreadableFileError as error:
            raise BatchError(f"{file.name} {error}") from error
        self._check_header(file, text.header)
        return text

    def _prepare_parquet(self, file: LandedFile) -> Path:
        copy = self.shop.intake.copy(file)
        try:
            header = parquet_header(self.shop.con, copy)
        except duckdb.Error as error:
            raise BatchError(f"{file.name} is no Parquet file; write it again.") from error
        self._check_header(file, header)
        return copy

    def _read_rewritten(self, number: int, file: LandedFile, reader: Reader) -> None:
        copy = self.shop.intake.copy(file)
        target = reader.records_path(number)
        try:
            rewritten = rewrite(file, copy, target)
        except UnreadableFileError as error:
            raise BatchError(f"{file.name} {error}") from error
        self._check_header(file, rewritten.file.header)
        reader.take_rewritten(number, rewritten)

    def _check_header(self, file: LandedFile, header: Sequence[str]) -> None:
        names = {name.strip().lower() for name in header}
        missing = [column.name for column in self.entity.required if column.name not in names]
        if missing:
            raise BatchError(
                f"{file.name} has no column {', '.join(missing)}, which {self.entity.name} "
                "requires; add it and deliver the file again."
            )

    def _refuse(self, batch: Batch, sentence: str) -> None:
        if batch.repeats and batch.content not in self._refused_contents:
            # Its rows are duplicates, whether or not they can be read once more.
            return
        self.refused.append(RefusedBatch(batch.file, sentence, self.entity.name))
        self._refused_contents.add(batch.content)

    def _describe(self, batches: Sequence[Batch]) -> None:
        """Write down what the queries have to know of each batch that was read."""
        con = self.shop.con
        con.execute(f"CREATE OR REPLACE TABLE {self._tables.batches} ({sql.ddl(BATCH_COLUMNS)})")
        rows = []
        for batch in batches:
            read = self._reads.get(batch.number, Read())
            mapped = self._mapped.get(batch.number)
            rows.append(
                (
                    batch.number,
                    batch.file,
                    batch.content_hash,
                    batch.mapping_hash,
                    batch.landed_load,
                    batch.repeats,
                    read.line_offset,
                    mapped.has_lines if mapped else batch.is_line_exact and read.has_lines,
                )
            )
        sql.insert_rows(con, self._tables.batches, BATCH_COLUMNS, rows)

    def _account(self, read: Sequence[Batch], counts: Mapping[int, Counts]) -> None:
        load = self.shop.load
        landed: dict[Content, int] = {}
        for batch in read:
            if batch.repeats:
                continue
            made = counts.get(batch.number, Counts())
            unreadable = len(self._lost(batch.number))
            one = account(batch, made, load, self._mapped.get(batch.number), unreadable)
            if not batch.is_held:
                landed[batch.content] = one.rows_landed
            if not (batch.is_held and one.is_empty):
                self.accounts.append(one)
        for batch in self.batches:
            if not batch.repeats:
                continue
            if batch.content in self._refused_contents and batch.content not in landed:
                self._refuse(batch, f"{batch.file} holds the same bytes as a file refused above.")
            else:
                rows = batch.repeated_rows
                rows = landed[batch.content] if rows is None else rows
                self.accounts.append(account_repeated(batch, rows, load))

    def _lost(self, number: int) -> list[tuple[str, Unreadable]]:
        """Return the unreadable records of a batch, each with its file."""
        mapped = self._mapped.get(number)
        if mapped is not None:
            return list(mapped.unreadable)
        read = self._reads.get(number, Read())
        return [(self.batches[number].file, record) for record in read.unreadable]

    def _lost_by_batch(self) -> list[tuple[str, Unreadable]]:
        """Return the unreadable records, each with the file of its batch."""
        return [
            (batch.file, record)
            for batch in self.batches
            if not batch.repeats
            for _, record in self._lost(batch.number)
        ]

    def _unreadable(self) -> list[tuple[str, Unreadable]]:
        return [
            record
            for batch in self.batches
            if not batch.repeats
            for record in self._lost(batch.number)
        ]
