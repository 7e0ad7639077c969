"""Units, customers and employees of a random world."""

from __future__ import annotations

from datetime import date, timedelta

from .world import Cells, World

TEAMS = ("t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "x1")
TEAM_WEIGHTS = (34, 22, 12, 8, 6, 5, 5, 0, 3)
ROLES = ("agent", "senior agent", "team lead")


def events_unit(world: World, day: date) -> str:
    """A unit for an event: mostly two teams, now and then a site, an unknown or nothing."""
    chance = world.rng.random()
    if chance < 0.05:
        return world.pick(["s1", "r2", "company"])
    if chance < 0.08:
        return "nowhere"
    return open_unit(world, world.pick(TEAMS, TEAM_WEIGHTS), day, day)


def open_unit(world: World, unit: str, first: date, last: date) -> str:
    """The unit, or another one if it is not open from first to last."""
    if world.has("closed_unit_events"):
        return unit
    is_shut = unit == "t5" and last > t5_closed_on(world)
    is_early = unit == "t6" and first < t6_opened_on(world)
    return "t1" if is_shut or is_early else unit


def t5_closed_on(world: World) -> date:
    return world.at(0.47)


def t6_opened_on(world: World) -> date:
    return world.at(0.38)


def reorganised_on(world: World) -> date:
    """The middle of a month in which t2 moves to another region."""
    return (world.spec.first_as_of - timedelta(days=75)).replace(day=17)


def add_organisation(world: World) -> None:
    moved = reorganised_on(world)
    units: list[Cells] = [
        _unit("company", "company", ""),
        _unit("r1", "region", "company"),
        _unit("r2", "region", "company"),
        _unit("s1", "site", "r1"),
        _unit("s2", "site", "r1"),
        _unit("s3", "site", "r2"),
        _unit("t1", "team", "s1", vendor_id="v1", service_line="voice"),
        _unit("t2", "team", "s1", vendor_id="v1", service_line="voice"),
        _unit(
            "t2", "team", "s3", valid_from=moved.isoformat(), vendor_id="v2", service_line="digital"
        ),
        _unit("t3", "team", "s2", service_line="digital"),
        _unit("t4", "team", "s3", vendor_id="v2"),
        _unit("t5", "team", "s2", closed_on=t5_closed_on(world).isoformat()),
        # t6 starts work in the middle of a week; t7 has no row in force before a day of its own.
        _unit("t6", "team", "s3", opened_on=t6_opened_on(world).isoformat(), vendor_id="v3"),
        _unit("t7", "team", "s2", valid_from=world.at(0.22).isoformat()),
        # Never an event; a unit below a parent that nobody knows; one that opens after all as_of.
        _unit("t8", "team", "s3"),
        _unit("x1", "team", "gone"),
        _unit("t9", "team", "s1", opened_on=(world.last_day + timedelta(days=30)).isoformat()),
        # Closed for a while and opened again; announced, and not yet in force.
        _unit("t10", "team", "s3", closed_on=world.at(0.3).isoformat()),
        _unit("t10", "team", "s3", valid_from=world.at(0.6).isoformat()),
        _unit("t11", "team", "s3", valid_from=(world.last_day + timedelta(days=20)).isoformat()),
        # A reorganisation that is announced and not yet in force.
        _unit("t3", "team", "s3", valid_from=(world.last_day + timedelta(days=9)).isoformat()),
    ]
    for row in units:
        world.put("org_units", "1-units", row)
    # The level below is put right in the second load: its past moves with it.
    world.put("org_units", "2-units", _unit("t4", "team", "s2", vendor_id="v2"))
    world.put(
        "org_units", "2-units", _unit("t1", "team", "s1", vendor_id="v1", service_line="voice")
    )
    for vendor in ("v1", "v2"):
        world.put("vendors", "1-vendors", {"vendor_id": vendor, "vendor_name": vendor.upper()})


def _unit(org_unit_id: str, org_level: str, parent: str, **more: str) -> Cells:
    return {
        "org_unit_id": org_unit_id,
        "valid_from": "",
        "org_unit_name": f"Unit {org_unit_id}",
        "org_level": org_level,
        "parent_org_unit_id": parent,
        **more,
    }


def customer(world: World) -> str:
    """A customer id, or nothing, or one that no extract knows."""
    chance = world.rng.random()
    if chance < 0.15:
        return ""
    return "c999" if chance < 0.18 else f"c{world.rng.randrange(60):03d}"


def add_customers(world: World) -> None:
    rng = world.rng
    spells = [_spell(world) for _ in range(60)]
    extracts = ["", *(world.at(share).isoformat() for share in (0.08, 0.57, 0.9))]
    for number in range(60):
        for index, extract in enumerate(extracts):
            if (extract == "" and number % 3) or rng.random() < 0.25:
                continue
            row = {
                "customer_id": f"c{number:03d}",
                "extracted_on": extract,
                "tier": world.maybe(world.pick(["gold", "silver", "basic"]), 0.15),
                "segment": world.maybe(world.pick(["home", "business"]), 0.3),
                **spells[number],
                "contact_permission": world.pick(["", "true", "false"]),
            }
            if index == 1:
                row["left_on"] = ""
            world.put("customers", f"{2 if index == 3 else 1}-customers", row)


def _spell(world: World) -> Cells:
    """Since when somebody is a customer, how they came, and, of some, when they left."""
    rng = world.rng
    since = world.spec.start + timedelta(days=rng.randrange(-500, 200))
    left = max(since, world.day())
    return {
        "since_on": world.maybe(since.isoformat(), 0.1),
        "left_on": left.isoformat() if rng.random() < 0.2 else "",
        "acquisition_source": world.maybe(world.pick(["referral", "shop", "campaign"]), 0.2),
    }


def add_purchases(world: World) -> None:
    for number in range(160):
        day = world.day()
        row = {
            "purchase_id": f"b{number:03d}",
            "customer_id": customer(world) or "c001",
            "purchased_on": day.isoformat(),
            "org_unit_id": world.maybe(events_unit(world, day), 0.1),
            "amount": world.pick(["10", "99.9", ""]),
            "referred_by_customer_id": customer(world) if world.rng.random() < 0.2 else "",
        }
        world.put("purchases", f"{world.load_of(day)}-purchases", row)


def add_employees(world: World) -> None:
    """Extracts every six weeks or so, one of them delivered late."""
    first = world.spec.start + timedelta(days=10)
    extracts = []
    while first <= world.last_day:
        extracts.append(first)
        first += timedelta(days=world.rng.randrange(26, 55))
    for number in range(70):
        _add_employee(world, f"e{number:03d}", extracts)


def _add_employee(world: World, employee_id: str, extracts: list[date]) -> None:
    rng = world.rng
    n = len(extracts)
    enters = 0 if rng.random() < 0.7 else rng.randrange(n)
    fate = world.pick(
        ["stays", "leaves", "vanishes", "told_later", "comes_back"], [50, 22, 8, 8, 12]
    )
    leaves = min(n - 1, enters + rng.randrange(1, max(2, n - enters)))
    hired_on: date | None = extracts[enters] - timedelta(days=rng.randrange(0, 200))
    if rng.random() < 0.1:
        hired_on = None
    elif rng.random() < 0.08:
        hired_on = extracts[enters] + timedelta(days=rng.randrange(1, 20))
    left_on = extracts[leaves] - timedelta(days=rng.randrange(0, 25))
    if hired_on is not None and left_on <= hired_on:
        fate = "stays"
    unit, role = world.pick(TEAMS, TEAM_WEIGHTS), world.pick(ROLES, [70, 20, 10])
    if rng.random() < 0.03:
        unit = "nowhere"
    listed: dict[int, tuple[date | None, date | None]] = {}
    for index in range(enters, n):
        listed[index] = (hired_on, None)
    if leaves > enters and fate != "stays":
        world.left.append((employee_id, left_on))
        _end(world, fate, listed, leaves, left_on, extracts)
    for index, (hired, left) in listed.items():
        if rng.random() < 0.08:
            unit = world.pick(TEAMS, TEAM_WEIGHTS)
        if rng.random() < 0.05:
            role = world.pick(ROLES)
        until = extracts[index + 1] if index + 1 < n else world.last_day
        since = min(extracts[index], hired or extracts[index])
        row = {
            "employee_id": employee_id,
            "extracted_on": extracts[index].isoformat(),
            "org_unit_id": open_unit(world, unit, since, until),
            "job_role": role,
            "hired_on": hired.isoformat() if hired else "",
            "left_on": left.isoformat() if left else "",
            "leaving_reason": world.maybe("voluntary", 0.5) if left else "",
        }
        late = extracts[index] > world.spec.first_as_of or index == 4
        world.put("employees", f"{2 if late else 1}-staff", row)
    _note_presence(world, employee_id, listed, extracts)


def _end(
    world: World,
    fate: str,
    listed: dict[int, tuple[date | None, date | None]],
    leaves: int,
    left_on: date,
    extracts: list[date],
) -> None:
    """Write how a stay ends into the extracts from number `leaves` on."""
    rng, hired_on = world.rng, listed[leaves][0]
    later = [index for index in listed if index >= leaves]
    for index in later:
        del listed[index]
    if fate in {"leaves", "comes_back"}:
        for index in later[: rng.randrange(1, 4)]:
            listed[index] = (hired_on, left_on)
    if fate == "told_later" and len(later) > 1:
        # Missing from one extract; the next one knows when they left.
        listed[later[1]] = (hired_on, left_on)
    if fate == "comes_back":
        returns = [index for index in later if index > max(listed)]
        if returns:
            again = extracts[returns[0]]
            if world.has("rehired_before_extract"):
                again = max(left_on, extracts[returns[0] - 1]) + timedelta(days=3)
            for index in returns:
                listed[index] = (again, None)
    if fate == "vanishes" and len(later) > 2 and rng.random() < 0.5:
        # Left at the first extract without them, back with the third.
        for index in later[2:]:
            listed[index] = (hired_on, None)


def _note_presence(
    world: World,
    employee_id: str,
    listed: dict[int, tuple[date | None, date | None]],
    extracts: list[date],
) -> None:
    """Remember days on which an employee is surely present, for events to name them."""
    for index, (hired, left) in listed.items():
        if left is not None or index + 1 not in listed or listed[index + 1][1] is not None:
            continue
        day = max(extracts[index], hired or extracts[index])
        while day < extracts[index + 1]:
            world.present.setdefault(day, []).append(employee_id)
            day += timedelta(days=1)


def server(world: World, day: date) -> str:
    """Somebody present on the day, an unknown id, or nothing."""
    if world.has("served_after_leaving") and world.rng.random() < 0.2:
        gone = [employee for employee, left_on in world.left if left_on <= day]
        if gone:
            return world.rng.choice(gone)
    if world.rng.random() < 0.05:
        return "e999"
    present = world.present.get(day, [])
    return world.maybe(world.rng.choice(present), 0.2) if present else ""
