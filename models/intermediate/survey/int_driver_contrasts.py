"""One row per cell of the whole organisation and driver with boxes: penalty and reward, or why there are none."""

from evenkeel.statistics.asymmetry import COLUMNS, asymmetry_figures

TYPES = {int: "bigint", float: "double", str: "varchar"}


def model(dbt, session):
    """Hand the sums of answers in boxes to `evenkeel.statistics`, which knows of no database."""
    dbt.config(materialized="table")
    questions = dbt.ref("int_driver_items").filter("is_included and has_boxes").fetchnumpy()
    questions["variable"] = 2 * questions["driver_number"]
    sums = dbt.ref("int_driver_sums").filter("kind = 'box'").fetchnumpy()
    figures = asymmetry_figures(questions, sums, int(dbt.config.get("fewest")))
    session.register("driver_contrasts", figures)
    casts = ", ".join(f"cast({name} as {TYPES[kind]}) as {name}" for name, kind in COLUMNS.items())
    return session.sql(f"select {casts} from driver_contrasts")
