"""One row per survey, quarter or wave, and cell of margins: the weight that rakes its responses to the base."""

from itertools import groupby

import numpy as np

from evenkeel.statistics.raking import Margin, rake

PERIOD = ("survey_id", "period_type", "period_key")
MARGINS = ("tier", "site", "channel")
TYPES = """
    survey_id varchar, period_type varchar, period_key varchar, tier varchar, site varchar, channel varchar,
    respondents bigint, weight decimal(9, 6), converged boolean, cycles integer, max_error double
"""


def rows_of(cells, targets):
    """Return the rows of one survey and period; where no margin can be raked, none."""
    counts = np.array([cell[-1] for cell in cells], dtype=float)
    margins = []
    for position, name in enumerate(MARGINS, len(PERIOD)):
        shares = {category: share for margin, category, share in targets if margin == name}
        if shares:
            codes = np.array([list(shares).index(cell[position]) for cell in cells])
            margins.append(Margin(codes, np.array(list(shares.values()))))
    if not margins:
        return []
    raked = rake(counts, margins)
    told = (raked.converged, raked.cycles, raked.max_error)
    # As many digits as keep every margin within the tolerance.
    return [
        (*cell, round(float(weight), 6), *told)
        for cell, weight in zip(cells, raked.weights, strict=True)
    ]


def model(dbt, session):
    """Rake each survey and period, in a fixed order, so that the same input gives the same bits."""
    dbt.config(materialized="table")
    keys = ", ".join((*PERIOD, *MARGINS))
    cells = (
        dbt.ref("int_raking_responses").aggregate(f"{keys}, count(*)", keys).order(keys).fetchall()
    )
    wanted = f"{', '.join(PERIOD)}, margin, category, target_share"
    targets = {}
    margins = dbt.ref("int_raking_margins").filter("target_share is not null")
    for *period, margin, category, share in margins.project(wanted).order(wanted).fetchall():
        targets.setdefault(tuple(period), []).append((margin, category, share))
    rows = []
    for period, group in groupby(cells, key=lambda cell: cell[: len(PERIOD)]):
        rows += rows_of(list(group), targets.get(period, []))
    session.execute(f"create or replace temp table raking_weights ({TYPES})")
    if rows:
        columns = zip(*rows, strict=True)
        session.register("raked_cells", {f"c{n}": np.array(c) for n, c in enumerate(columns)})
        session.execute("insert into raking_weights select * from raked_cells")
        session.unregister("raked_cells")
    return session.table("raking_weights")
