"""Judges rows that need other rows: held until those are known, anonymous, on their scale."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb

from evenkeel.contract import Contract, Entity
from evenkeel.errors import UsageError
from evenkeel.load import sql
from evenkeel.load.layout import Store
from evenkeel.load.rules import number
from evenkeel.load.tables import Tables

SCALES = "scales"
# What would tell who answered a survey of employees (rule 26).
IDENTITIES = ("employee_id", "customer_id", "contact_id", "complaint_id")
ANONYMOUS = ("survey_invitations", "survey_responses", "survey_answers")
_SUBJECT = "employee"


@dataclass(frozen=True)
class Judge:
    """Knows which surveys, items, responses and scales there are.

    Attributes
    ----------
    scales
        seeds/scales.csv.
    """

    con: duckdb.DuckDBPyConnection
    store: Store
    contract: Contract
    scales: Path

    def read_scales(self) -> None:
        """Make the table of scales and the table of their codes.

        Raises
        ------
        UsageError
            If the seed cannot be read.
        """
        try:
            self.con.execute(
                f"""
                CREATE OR REPLACE TEMP TABLE scale_codes AS
                SELECT
                    scale_id, CAST(code AS DECIMAL(18,6)) AS code,
                    CAST(is_not_applicable AS BOOLEAN) AS is_not_applicable,
                    CAST(is_continuous AS BOOLEAN) AS is_continuous
                FROM read_csv({sql.file(self.scales)}, header = true, all_varchar = true);
                CREATE OR REPLACE TEMP TABLE scales AS
                SELECT
                    scale_id, bool_or(is_continuous) AS is_continuous,
                    min(code) FILTER (NOT is_not_applicable) AS low,
                    max(code) FILTER (NOT is_not_applicable) AS high
                FROM scale_codes
                GROUP BY scale_id
                """
            )
        except duckdb.Error as error:
            message = str(error).splitlines()[0]
            raise UsageError(f"{self.scales} cannot be read ({message}); correct it.") from error

    def look_up(self, entity: Entity, tables: Tables) -> None:
        """Find what the rows are judged by; a not-applicable code marks its answer as such."""
        if not entity.judges:
            return
        self._look_up(entity, tables.rows)
        if "survey_items" in entity.judges:
            self.con.execute(
                f"""
                UPDATE {tables.rows} SET is_not_applicable = true WHERE rowid IN (
                    SELECT judged.id
                    FROM judged
                    INNER JOIN {tables.rows} AS row ON judged.id = row.rowid
                    INNER JOIN scale_codes AS code
                        ON judged.scale_id = code.scale_id AND row.answer_value = code.code
                    WHERE code.is_not_applicable
                )
                """
            )

    def judge(self, entity: Entity, tables: Tables) -> None:
        """Decide on the rows that have no outcome yet, and on identities in all of them."""
        if not entity.judges:
            return
        if entity.name in ANONYMOUS:
            self._refuse_identities(entity, tables)
        unknown = " OR ".join(_UNKNOWN[target] for target in entity.judges)
        self.con.execute(
            f"""
            INSERT INTO {tables.outcome}
            SELECT id, 'held', false, false
            FROM judged ANTI JOIN {tables.outcome} USING (id)
            WHERE {unknown}
            """
        )
        if "survey_items" in entity.judges:
            self._judge_scores(tables)
        self.con.execute("DROP TABLE judged")

    def _look_up(self, entity: Entity, rows: str) -> None:
        """Make `judged`: each row with the survey, item and scale that it belongs to."""
        joins = []
        survey = "row.survey_id"
        columns = ["row.rowid AS id"]
        if "survey_responses" in entity.judges:
            survey = "response.survey_id"
            columns.append("response.response_id")
            joins.append(
                f"LEFT JOIN ({self._known('survey_responses', rows)}) AS response "
                "ON row.response_id = response.response_id"
            )
        joins.append(
            f"LEFT JOIN ({self._known('surveys')}) AS survey ON {survey} = survey.survey_id"
        )
        columns += ["survey.survey_id", "survey.subject"]
        scale = "row.scale"
        if "survey_items" in entity.judges:
            scale = "item.scale"
            columns.append("item.item_code")
            joins.append(
                f"LEFT JOIN ({self._known('survey_items')}) AS item "
                f"ON {survey} = item.survey_id AND row.item_code = item.item_code"
            )
        if "survey_items" in entity.judges or SCALES in entity.judges:
            columns += ["scale.scale_id", "scale.is_continuous", "scale.low", "scale.high"]
            joins.append(f"LEFT JOIN scales AS scale ON {scale} = scale.scale_id")
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE judged AS SELECT {', '.join(columns)} "
            f"FROM {rows} AS row {' '.join(joins)}"
        )

    def _known(self, name: str, rows: str | None = None) -> str:
        """Return the SQL of the current version of each row accepted so far.

        Parameters
        ----------
        rows
            Look only for the keys that this table has; for entities that grow large.
        """
        entity = self.contract[name]
        keys = ", ".join(sql.name(column.name) for column in entity.keys)
        only = f"WHERE ({keys}) IN (SELECT {keys} FROM {rows})" if rows else ""
        return f"""
            SELECT * FROM {self.accepted(name)} {only}
            QUALIFY row_number() OVER (
                PARTITION BY {keys}
                ORDER BY changed_at DESC NULLS LAST, _delivered_load DESC, _file DESC, _line DESC
            ) = 1
        """

    def accepted(self, name: str, only: Collection[str] | None = None) -> str:
        """Return the SQL of an entity's accepted rows, of earlier loads and of this one.

        Parameters
        ----------
        only
            Read no others than these files, and the empty one for the columns.
        """
        empty, *files = [self.store.load(load) / f"{name}.parquet" for load in self.store.loads()]
        files.append(self.store.incoming / f"{name}.parquet")
        chosen = [path for path in files if path.is_file() and (only is None or str(path) in only)]
        paths = ", ".join(map(sql.file, (empty, *chosen)))
        return f"read_parquet([{paths}], union_by_name = true, filename = true)"

    def _refuse_identities(self, entity: Entity, tables: Tables) -> None:
        """Refuse what would tell who answered, and say so without repeating it."""
        found = [
            f"SELECT id, {sql.text(name)} AS column_name, {sql.text(name)} AS what "
            f"FROM carried WHERE {sql.name(name)} IS NOT NULL"
            for name in IDENTITIES
            if name in entity
        ]
        found.append(
            "SELECT id, '_extra' AS column_name, 'a column outside the contract (' "
            "|| array_to_string(json_keys(_extra), ', ') || ')' AS what "
            "FROM carried WHERE _extra IS NOT NULL"
        )
        tail = " is filled, and the survey's employees stay anonymous; take it out"
        self.con.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE identities AS
            WITH carried AS (
                SELECT row.*, judged.id
                FROM judged INNER JOIN {tables.rows} AS row ON judged.id = row.rowid
                INNER JOIN {tables.batches} AS batch ON row._batch = batch.number
                -- What a repeated file carries was refused when it first came.
                WHERE judged.subject = {sql.text(_SUBJECT)} AND NOT batch.repeats
            )
            {" UNION ALL ".join(found)};
            DELETE FROM {tables.outcome} WHERE id IN (SELECT id FROM identities);
            DELETE FROM {tables.problems} WHERE id IN (SELECT id FROM identities);
            INSERT INTO {tables.outcome} SELECT DISTINCT id, 'quarantined', false, false FROM identities;
            INSERT INTO {tables.problems}
            SELECT id, column_name, 'anonymity', 'refused', NULL, what || {sql.text(tail)}
            FROM identities;
            """
        )

    def _judge_scores(self, tables: Tables) -> None:
        """Refuse scores outside their scale."""
        value = number("row.answer_value")
        extent = f"{number('judged.low')} || '-' || {number('judged.high')}"
        off_scale = f"""
            FROM judged
            ANTI JOIN {tables.outcome} USING (id)
            INNER JOIN {tables.rows} AS row ON judged.id = row.rowid
            LEFT JOIN scale_codes AS code
                ON judged.scale_id = code.scale_id AND row.answer_value = code.code
            WHERE row.answer_value IS NOT NULL
            AND judged.low IS NOT NULL AND code.code IS NULL
            AND NOT (judged.is_continuous AND row.answer_value BETWEEN judged.low AND judged.high)
        """
        self.con.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE off_scale AS
            SELECT
                judged.id, {value} AS value,
                'score ' || {value} || CASE
                    WHEN row.answer_value BETWEEN judged.low AND judged.high
                    THEN ' is no code of the scale ' || judged.scale_id
                    ELSE ' is outside ' || {extent}
                END || ' of item ' || row.item_code AS words
            {off_scale};
            INSERT INTO {tables.outcome} SELECT id, 'quarantined', false, false FROM off_scale;
            INSERT INTO {tables.problems}
            SELECT id, 'answer_value', 'out_of_scale', 'refused', value, words FROM off_scale;
            """
        )


_UNKNOWN = {
    "surveys": "survey_id IS NULL",
    "survey_responses": "response_id IS NULL",
    "survey_items": "item_code IS NULL",
    SCALES: "scale_id IS NULL",
}
