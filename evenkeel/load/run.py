"""Loads whatever is new in the landing folder, all of it in one step or nothing."""

from __future__ import annotations

import difflib
import logging
import shutil
from collections.abc import Callable, Collection, Sequence

import duckdb

from evenkeel.config import Config
from evenkeel.contract import Contract, read_contract
from evenkeel.disk import disk_error
from evenkeel.errors import EvenkeelError, UsageError
from evenkeel.gate.expectations import import_ahead, write_pages
from evenkeel.home import Home
from evenkeel.load import sql
from evenkeel.load.accounting import Account, total, write_accounts
from evenkeel.load.disk import (
    clear_results,
    clear_work,
    commit_folder,
    move_all,
    remove_superseded,
    write_empty_load,
)
from evenkeel.load.intake import Intake
from evenkeel.load.judging import Judge
from evenkeel.load.landing import Landing, scan
from evenkeel.load.layout import ACCOUNTING, Store
from evenkeel.load.ledger import read_ledger
from evenkeel.load.limits import read_limits
from evenkeel.load.mapped import Sources
from evenkeel.load.mappings import (
    Mapping,
    MappingError,
    Rendered,
    find_mappings,
    find_unused,
    render,
)
from evenkeel.load.person import read_person_key, use_person_key
from evenkeel.load.plan import Plan, plan_load
from evenkeel.load.progress import Progress
from evenkeel.load.result import LoadResult, RefusedBatch
from evenkeel.load.stage import Stage, Workshop
from evenkeel.load.verdicts import BatchGate

_log = logging.getLogger(__name__)
# Reading this much takes longer than to import what the checkpoint needs.
_LARGE_BYTES = 50_000_000


def load(
    config: Config,
    accepted: Collection[str] = (),
    progress: Callable[[int, int, str], None] | None = None,
) -> LoadResult:
    """Read every new file of the landing folder, and the held rows once more.

    Whatever is accepted becomes visible at once, as the folder raw/<load>, when all of it is
    safely written; a load that is killed before leaves nothing behind.

    Parameters
    ----------
    config
        Says where the project, the landing folder and the home are, and the time zone of
        timestamps without an offset.
    accepted
        Files, as named below the landing folder, that are taken whatever the checkpoint says.
    progress
        Called with bytes read, bytes in all and the file at hand.

    Raises
    ------
    UsageError
        If the landing folder, the contract, a mapping's name, the scales, the limits or a name
        among the accepted files are wrong.
    EvenkeelError
        If the disk fails; nothing was committed.
    """
    store = Store(config.home)
    try:
        contract = read_contract(config.project / "models" / "raw")
        mappings = find_mappings(config.project / "mappings", contract)
        landing = scan(config.landing, contract, mappings)
        clear_work(store)
        with sql.connect(store.spill, config.time_zone) as con:
            return _load(con, config, store, contract, mappings, landing, accepted, progress)
    except (OSError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
        reason = str(error).strip().splitlines()[0]
        raise disk_error(error, config.home) or EvenkeelError(
            f"The load stopped and changed nothing ({reason}); "
            f"check the space and the permissions of {config.home}, then load again."
        ) from error
    finally:
        shutil.rmtree(store.work, ignore_errors=True)


def _load(
    con: duckdb.DuckDBPyConnection,
    config: Config,
    store: Store,
    contract: Contract,
    mappings: dict[str, tuple[Mapping, ...]],
    landing: Landing,
    accepted: Collection[str],
    progress: Callable[[int, int, str], None] | None,
) -> LoadResult:
    _check_accepted(accepted, landing)
    write_empty_load(con, store, contract)
    use_person_key(con, read_person_key(config.home))
    number = store.loads()[-1] + 1
    intake = Intake(store)
    rendered, unusable = _render(con, mappings, landing)
    plan = plan_load(number, read_ledger(con, store), landing.files, rendered, intake.hash)
    unused = find_unused(landing.files, {v: [r for _, r in some] for v, some in rendered.items()})
    seeds = config.project / "seeds"
    limits = read_limits(seeds / "load_limits.csv", tuple(contract.entities))
    shop = Workshop(
        con=con,
        load=number,
        intake=intake,
        sources=Sources(con, intake),
        judge=Judge(con, store, contract, seeds / "scales.csv"),
        gate=BatchGate(con, store, contract, number, limits, frozenset(accepted)),
        progress=Progress(_sizes(plan), progress),
    )
    if shop.progress.total > _LARGE_BYTES:
        import_ahead()
    accounts, refused = _run_stages(shop, contract, plan)
    while _judge_batches(shop, plan, accounts, refused):
        # What a refused batch brought may have decided on other rows, so all is read again.
        clear_results(store)
        accounts, refused = _run_stages(shop, contract, plan)
    shop.progress.end()
    refused = [*landing.refused, *unusable, *refused]
    if accounts:
        _commit(shop, accounts)
    write_pages(shop.gate.checkpoint, Home(config.home).checks / f"load-{number:06}")
    new_files = {one.file for one in accounts if one.landed_load == number}
    return LoadResult(
        load=number if accounts else None,
        files=len(new_files),
        rows=total(accounts),
        refused_batches=tuple(refused),
        unused=unused,
        warnings=tuple(finding.sentence for finding in shop.gate.warnings),
    )


def _render(
    con: duckdb.DuckDBPyConnection, mappings: dict[str, tuple[Mapping, ...]], landing: Landing
) -> tuple[dict[str, list[tuple[Mapping, Rendered]]], list[RefusedBatch]]:
    """Render the mappings of the vendors whose folders landed."""
    folders = {file.folder for file in landing.files}
    ready: dict[str, list[tuple[Mapping, Rendered]]] = {}
    refused = []
    for vendor in sorted(folders & set(mappings)):
        ready[vendor] = []
        for mapping in mappings[vendor]:
            try:
                ready[vendor].append((mapping, render(mapping, con)))
            except MappingError as error:
                refused.append(
                    RefusedBatch(
                        mapping.name, f"{mapping.name} {error}; correct it and load again."
                    )
                )
    return ready, refused


def _run_stages(
    shop: Workshop, contract: Contract, plan: Plan
) -> tuple[list[Account], list[RefusedBatch]]:
    accounts: list[Account] = []
    refused: list[RefusedBatch] = []
    shop.judge.read_scales()
    shop.gate.begin()
    shop.intake.personal.clear()
    for entity in contract.in_judging_order():
        batches = plan.batches.get(entity.name, [])
        stage = Stage(shop, entity, batches)
        stage.run()
        accounts += stage.accounts
        refused += stage.refused
        if batches:
            _log.info("%s: %d files read", entity.name, len(batches))
    for batch in refused:
        if failed := disk_error(batch.sentence, shop.judge.store.home):
            # The file is good: what could not be written is what was read from it.
            raise failed
    return accounts, refused


def _check_accepted(accepted: Collection[str], landing: Landing) -> None:
    """Refuse to take a file as it is that did not land: the name would be a slip."""
    names = {file.name for file in landing.files}
    for name in sorted(set(accepted) - names):
        near = difflib.get_close_matches(name, sorted(names), n=1)
        hint = f" (is {near[0]} meant?)" if near else ""
        raise UsageError(
            f"--accept names {name}, which is no file below the landing folder{hint}; "
            "write it as the refusal did."
        )


def _sizes(plan: Plan) -> dict[str, int]:
    """Return the bytes of the files that have to be read."""
    batches = [batch for some in plan.batches.values() for batch in some]
    return {
        batch.file: batch.source.path.stat().st_size
        for batch in batches
        if batch.source is not None and not batch.repeats
    }


def _judge_batches(
    shop: Workshop, plan: Plan, accounts: Sequence[Account], refused: Sequence[RefusedBatch]
) -> bool:
    """Return whether the checkpoint refuses batches that were taken for good."""
    batches = [batch for some in plan.batches.values() for batch in some]
    lookups = {(b.entity, b.file) for b in batches if b.run and b.source not in b.primaries}
    known = {(b.entity, b.file) for b in batches}
    lost = [(one.entity, one.file) for one in refused if (one.entity, one.file) in known]
    return shop.gate.judge(accounts, lookups, lost)


def _commit(shop: Workshop, accounts: Sequence[Account]) -> None:
    """Put everything in its place; the last step makes it a load."""
    store = shop.judge.store
    shop.gate.write_profile()
    write_accounts(shop.con, accounts, store.incoming / f"{ACCOUNTING}.parquet")
    shop.intake.archive(shop.con, {one.content_hash for one in accounts})
    refused = sorted(store.refused.glob("*.parquet"))
    move_all([(path, store.quarantine(path.stem, shop.load)) for path in refused])
    commit_folder(store.incoming, store.load(shop.load))
    remove_superseded(store)
