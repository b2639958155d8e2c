"""Problems with the places of a declaration: region and zones, residents, and where a text lets data be stored."""

import re
from collections.abc import Iterable, Iterator

from im_stack.terms.duties.binding import PERMISSION, TRANSFER, binding, classes_of, inside
from im_stack.terms.problem import Problem, nearest, one_of
from im_stack.terms.stack.declaration import Declaration, ResidencyException, Zones
from im_stack.terms.texts.library import Library
from im_stack.terms.texts.model import Obligation, Region

_ZONE = {"tencent": r"-[1-9]\d?", "aws": "[a-z]"}
"""What a zone's name has after its region's."""


def place_problems(declaration: Declaration, library: Library) -> Iterator[Problem]:
    """Places that are not known, that contradict each other, or that an adopted text does not allow."""
    known = sorted(library.jurisdictions)
    named = [(f"im:residents.{n}", each) for n, each in enumerate(declaration.residents or ())]
    named += [(f"im:exceptions.{n}.target", each.target) for n, each in enumerate(declaration.exceptions)]
    named += [("im:jurisdiction", declaration.jurisdiction)]
    lost = [
        Problem(f"no jurisdiction is called {name!r}", one_of(name, known), key)
        for key, name in named
        if name not in known
    ]
    yield from lost
    if any(problem.key == "im:jurisdiction" for problem in lost):
        return
    yield from _region(declaration, library)
    yield from _exceptions(declaration, library)
    region = library.regions.get((declaration.cloud, declaration.region))
    agreed = region and inside(region.jurisdiction, declaration.jurisdiction, library)
    home = region.jurisdiction if region and agreed else declaration.jurisdiction
    for name, obligation in binding(declaration, library):
        yield from _stored(name, obligation, declaration, home, library)


def _region(declaration: Declaration, library: Library) -> Iterator[Problem]:
    demands = (o for _, o in binding(declaration, library) if o.kind == "residency" and o.storage)
    asked = next((o.id for o in demands if o.storage and not o.storage.within), "")
    region = library.regions.get((declaration.cloud, declaration.region))
    there = sorted(
        r.id
        for r in library.regions.values()
        if r.cloud == declaration.cloud and inside(r.jurisdiction, declaration.jurisdiction, library)
    )
    if not there:
        what = f"{declaration.cloud} has no region in {declaration.jurisdiction}"
        right = "another cloud, or the place where the stack is (people of others are im:residents)"
        yield Problem(what, right, "im:jurisdiction", asked)
    elif region is None:
        near = nearest(declaration.region, there)
        right = f"in {declaration.jurisdiction}: {', '.join(there)}"
        right += f"; did you mean {near}" if near else ""
        yield Problem(f"{declaration.cloud} has no region {declaration.region!r}", right, "im:region", asked)
    elif not inside(region.jurisdiction, declaration.jurisdiction, library):
        yield Problem(
            f"{region.id} is in {region.jurisdiction}, not in {declaration.jurisdiction}",
            f"in {declaration.jurisdiction}: {', '.join(there)}",
            "im:region",
            asked,
        )
    else:
        for index, service in enumerate(declaration.services):
            if source := region.lacks.get(service):
                what = f"{region.id} has no {service} ({source})"
                right = "another region, or classes that need no such service"
                yield Problem(what, right, f"im:services.{index}", "IM-REG-01")
        if declaration.zones is not None:
            yield from _zones(declaration.zones, region, library.regions.values())
            yield from _same_zone(declaration.zones)


def _exceptions(declaration: Declaration, library: Library) -> Iterator[Problem]:
    """Exceptions from nothing, on a ground that the text does not list, or of a class that is not here."""
    open_to = {o.id: o for _, o in binding(declaration, library) if o.storage and o.exceptions}
    for index, each in enumerate(declaration.exceptions):
        key, obligation = f"im:exceptions.{index}", open_to.get(each.obligation)
        if obligation is None:
            what = (
                f"no obligation of this stack is called {each.obligation!r} and lists grounds to store data elsewhere"
            )
            yield Problem(what, one_of(each.obligation, sorted(open_to)) if open_to else "", f"{key}.obligation")
            continue
        if each.ground not in obligation.exceptions:
            what = f"{each.ground!r} is no ground of {each.obligation}"
            yield Problem(what, one_of(each.ground, obligation.exceptions), f"{key}.ground", each.obligation)
        if each.data_class not in declaration.classes:
            what = f"im:classes has no {each.data_class!r}"
            yield Problem(what, one_of(each.data_class, sorted(declaration.classes)), f"{key}.class", each.obligation)


def _stored(
    name: str, obligation: Obligation, declaration: Declaration, home: str, library: Library
) -> Iterator[Problem]:
    """Classes that an obligation does not let rest where the stack is, and no exception does."""
    storage = obligation.storage
    permits = obligation.kind == PERMISSION
    if storage is None or (not storage.consent if permits else not storage.within) or obligation.kind == TRANSFER:
        return  # on what basis data is sent on is judged with the stack
    if not permits and any(inside(home, area, library) for area in storage.within):
        return
    of = classes_of(obligation.classes, library.classes)
    held = [each for each in sorted(declaration.classes) if not of or each in of]
    excused = {e.data_class for e in declaration.exceptions if _excuses(e, obligation, home, library)}
    if left := [each for each in held if each not in excused]:
        places, row = ", ".join(storage.within), f"im:exceptions with class {', '.join(left)} and target {home}"
        said = ", ".join(obligation.jurisdictions)
        what = (
            f"{name} lets data of residents of {said} rest in {home} with consent alone, and none is declared"
            if permits
            else f"{name} keeps its data in {places}, the stack is in {home}"
        )
        right = row if permits else f"a stack in {places}, residents of other places (im:residents), or {row}"
        yield Problem(
            what, right, "im:residents" if permits and declaration.residents else "im:jurisdiction", obligation.id
        )


def _excuses(exception: ResidencyException, obligation: Obligation, home: str, library: Library) -> bool:
    return exception.obligation == obligation.id and inside(home, exception.target, library)


def _zones(zones: Zones, region: Region, regions: Iterable[Region]) -> Iterator[Problem]:
    """Zones of a declaration that are not of its region, or that no document of it names and no reason excuses."""
    for key, names in (("first", [zones.first]), ("second", [zones.second]), ("mongodb", zones.mongodb)):
        for name in names:
            if not re.fullmatch(re.escape(region.id) + _ZONE[region.cloud], name):
                right = f"one of {', '.join(region.zones)}" if region.zones else f"a zone of {region.id}"
                yield Problem(f"{name!r} is no zone of {region.id}", right, f"im:zones.{key}", "IM-REG-01")
            elif region.zones and name not in region.zones and not zones.reason:
                yield _unheard_of(name, region, key)
    owners = {other.numbered: other.id for other in regions if other.cloud == region.cloud and other.numbered}
    for key, numbers in (("redis", zones.redis), ("ckafka", zones.ckafka)):
        for number in numbers:
            begins, own = divmod(number, 10_000)
            if begins in owners and begins != region.numbered:
                right = f"{region.numbered}0001 and the like" if region.numbered else ""
                what = f"{number} is a zone of {owners[begins]}, not of {region.id}"
                yield Problem(what, right, f"im:zones.{key}", "IM-REG-01")
            elif not zones.reason and (begins != region.numbered or f"{region.id}-{own}" not in region.zones):
                yield _unheard_of(number, region, key)


def _unheard_of(zone: str | int, region: Region, key: str) -> Problem:
    """A zone that may be there all the same: documents are late."""
    there = (f"{region.numbered}{name.rpartition('-')[2]:0>4}" for name in region.zones if region.numbered)
    known = ", ".join(there if isinstance(zone, int) else region.zones)
    right = f"{f'one of {known}, or ' if known else ''}`reason:` beside it"
    return Problem(f"no document of {region.id} names a zone {zone}", right, f"im:zones.{key}", "IM-REG-01")


def _same_zone(zones: Zones) -> Iterator[Problem]:
    if zones.first == zones.second:
        yield Problem(
            "is the first zone again: nothing would be left when it is lost", "another zone", "im:zones.second"
        )
