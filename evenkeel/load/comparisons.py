"""What is compared of a batch: with its own rows, and with the files before it that are like it."""

from __future__ import annotations

# Files are alike if their names differ in digits only; so many of them are looked at.
SERIES = "entity, regexp_replace(file, '[0-9]+', '#', 'g')"
HISTORY = 30
LEAST_HISTORY = 5
_BEFORE = f"ORDER BY landed_load, file ROWS BETWEEN {HISTORY} PRECEDING AND 1 PRECEDING"


def volumes(earlier: str) -> str:
    """Return the SQL that makes `gate_volumes`: each file with the rows and times of those before.

    Parameters
    ----------
    earlier
        SELECT of the accounting of earlier loads.
    """
    return f"""
        CREATE OR REPLACE TEMP TABLE gate_files AS
        SELECT
            *, max(last_event_at) OVER before AS newest,
            date_diff('second', max(last_event_at) OVER before, first_event_at) / 86400 AS days_ahead
        FROM (
            SELECT
                entity, file, landed_load, rows_landed, 0 AS rows_refused, first_event_at,
                last_event_at, true AS is_primary, content_hash
            FROM ({earlier})
            -- A file that came again whole says nothing of how large its kind is, and one that is
            -- read again by a changed mapping is no other file.
            WHERE _load = landed_load AND (rows_duplicate < rows_landed OR rows_landed = 0)
                AND (entity, file, content_hash) NOT IN (
                    SELECT (entity, file, content_hash) FROM gate_batches
                )
            UNION ALL BY NAME SELECT * FROM gate_batches
        )
        WINDOW before AS (PARTITION BY {SERIES} {_BEFORE});
        CREATE OR REPLACE TEMP TABLE gate_volumes AS
        SELECT
            *, min(rows_landed) OVER before AS least, max(rows_landed) OVER before AS most,
            count(*) OVER before AS history, max(days_ahead) OVER before AS usual_days_ahead
        FROM gate_files
        WINDOW before AS (PARTITION BY {SERIES} {_BEFORE})
    """


def shapes(profiles: str) -> str:
    """Return the SQL that makes `gate_shapes`: each column with what files before had in it.

    Parameters
    ----------
    profiles
        SELECT of the profiles of earlier loads.
    """
    return f"""
        CREATE OR REPLACE TEMP TABLE gate_shapes AS
        SELECT
            *, min(share) OVER before AS least, max(share) OVER before AS most,
            min(mean) OVER before AS least_mean, max(mean) OVER before AS most_mean,
            count(*) OVER before AS history
        FROM ({profiles} UNION ALL BY NAME SELECT * FROM gate_profile)
        WINDOW before AS (PARTITION BY {SERIES}, column_name, code {_BEFORE})
    """


def checks() -> str:
    """Return the SQL of everything observed: check, value, and the rows that it is based on."""
    spoken = "batch.entity, batch.file, batch.rows_landed, batch.rows_refused"
    volumes = "FROM gate_volumes AS batch WHERE batch.landed_load = (SELECT max(landed_load) FROM gate_batches)"
    shapes = "FROM gate_shapes AS shape INNER JOIN gate_batches AS batch USING (entity, file, landed_load)"
    known = f"history >= {LEAST_HISTORY}"
    away = "greatest(shape.share - shape.most, shape.least - shape.share, 0)"
    return f"""
        SELECT {spoken}, 'refused_share' AS check_name, rows_refused / nullif(rows_landed, 0) AS observed,
            rows_landed AS base, NULL::DOUBLE AS least, NULL::DOUBLE AS most, NULL::VARCHAR AS detail
        FROM gate_batches AS batch
        WHERE is_primary
        UNION ALL
        SELECT {spoken}, 'blanked_share', problem.row_count / batch.rows_landed,
            batch.rows_landed, NULL, NULL, problem.column_name
        FROM gate_batches AS batch INNER JOIN gate_problems AS problem USING (entity, file)
        WHERE problem.severity = 'blanked' AND batch.is_primary
        QUALIFY row_number() OVER (
            PARTITION BY batch.entity, batch.file ORDER BY problem.row_count DESC, problem.column_name, problem.rule
        ) = 1
        UNION ALL
        SELECT {spoken}, 'times_fewer_rows', least / greatest(rows_landed, 1), least, least, most, NULL
        {volumes} AND {known} AND is_primary
        UNION ALL
        SELECT {spoken}, 'times_more_rows', rows_landed / greatest(most, 1), rows_landed, least, most, NULL
        {volumes} AND {known} AND is_primary
        UNION ALL
        SELECT {spoken}, 'days_behind', date_diff('second', last_event_at, newest) / 86400,
            rows_landed, NULL, NULL, strftime(last_event_at, '%Y-%m-%d')
        {volumes} AND {known}
        UNION ALL
        SELECT {spoken}, 'days_ahead', days_ahead - greatest(usual_days_ahead, 0),
            rows_landed, NULL, NULL, strftime(newest, '%Y-%m-%d')
        {volumes} AND {known}
        UNION ALL
        SELECT {spoken}, 'columns_lost', count(*), batch.rows_landed, NULL, NULL,
            string_agg(shape.column_name, ', ' ORDER BY shape.column_name)
        {shapes}
        WHERE {known} AND shape.code IS NULL AND shape.share = 0 AND shape.least > 0
        GROUP BY ALL
        UNION ALL
        SELECT {spoken}, CASE WHEN shape.code IS NULL THEN 'filled_share_change' ELSE 'code_share_change' END,
            {away}, batch.rows_landed, shape.least, shape.most,
            concat_ws(' = ', shape.column_name, shape.code) || '|' || shape.share
        {shapes}
        WHERE {known} AND shape.share IS NOT NULL AND shape.least IS NOT NULL
        QUALIFY row_number() OVER (
            PARTITION BY batch.entity, batch.file, shape.code IS NULL
            ORDER BY {away} DESC, shape.column_name, shape.code
        ) = 1
        UNION ALL
        SELECT {spoken}, 'times_other_mean', greatest(mean / most_mean, least_mean / mean),
            batch.rows_landed, shape.least_mean, shape.most_mean, shape.column_name || '|' || shape.mean
        {shapes}
        WHERE {known} AND mean > 0 AND least_mean > 0
        QUALIFY row_number() OVER (
            PARTITION BY batch.entity, batch.file
            ORDER BY greatest(mean / most_mean, least_mean / mean) DESC, shape.column_name
        ) = 1
    """
