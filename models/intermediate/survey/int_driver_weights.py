"""One row per cell and driver that its base asks for: its weights, or the state that says why there are none."""

from evenkeel.statistics.driver_figures import COLUMNS, driver_figures

TYPES = {int: "bigint", float: "double", str: "varchar"}


def model(dbt, session):
    """Hand the sums of scores to `evenkeel.statistics`, which knows of no database."""
    dbt.config(materialized="table")
    questions = dbt.ref("int_driver_items").filter("is_included").fetchnumpy()
    questions["variable"] = 1 + questions["driver_number"]
    sums = dbt.ref("int_driver_sums").filter("kind = 'score'").fetchnumpy()
    session.register("driver_figures", driver_figures(questions, sums))
    casts = ", ".join(f"cast({name} as {TYPES[kind]}) as {name}" for name, kind in COLUMNS.items())
    return session.sql(f"select {casts} from driver_figures")
