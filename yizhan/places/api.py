"""The door of places: every outlet that a person can walk to.

`outlets_of(site, on=day)` are the outlets that stand there, values only; `site_version(site)` grows with every commit
that changes one, so arrays kept in memory are refreshed with `changes_since(site, version, on=day)`. `open_at(outlets,
at)` are those that are surely open, `opening_of(outlet, at)` says open, closed or not known; `say_opening(outlet, at)`
says 开到 22:00, `say_hours(text, on=day)` the whole week in one line.

`import_outlets(rows=…, site=…)` takes many rows (`OutletRow`) at once; `open_outlet`, `change_outlet`, `move_outlet`,
`close_outlet`, `claim_outlet`, `report_closed` and `verify_outlet` are about one. Facts in yizhan.facts.places.
"""

from yizhan.places.queries.categories import UnknownCategory, categories, category, find_category, title_of
from yizhan.places.queries.ground import offer_tiles
from yizhan.places.queries.hours import open_at, opening_at, opening_of
from yizhan.places.queries.outlets import (
    OUTLET,
    OutletNotFound,
    OutletView,
    changes_since,
    outlet,
    outlets,
    outlets_near,
    outlets_of,
    site_version,
    sites_with_outlets,
)
from yizhan.places.queries.wording import OpeningWords, Week, WeekRow, say_hours, say_opening, say_openings, week_of
from yizhan.places.queries.words import say_fault
from yizhan.places.rules.categories import BASIC_TWELVE, Category
from yizhan.places.rules.opening import OpenAnswer
from yizhan.places.rules.rows import OutletRow
from yizhan.places.rules.sheets import csv_cell
from yizhan.places.rules.states import OutletState
from yizhan.places.services.claiming import OutletClaimedAlready, claim_outlet
from yizhan.places.services.entering import (
    OutletActionNotAllowed,
    OutletKnownAlready,
    OutletRefused,
    change_outlet,
    close_outlet,
    move_outlet,
    open_outlet,
    row_at,
)
from yizhan.places.services.importing import ImportReport, RefusedRow, import_outlets
from yizhan.places.services.reading_osm import OsmFileNotTaken, ReadOutlets, read_osm
from yizhan.places.services.reporting import report_closed
from yizhan.places.services.verifying import PhotoNotOfOutlet, verify_outlet

SampleOutlet = OutletRow

__all__ = [
    "BASIC_TWELVE",
    "OUTLET",
    "Category",
    "ImportReport",
    "OpenAnswer",
    "OpeningWords",
    "OsmFileNotTaken",
    "OutletActionNotAllowed",
    "OutletClaimedAlready",
    "OutletKnownAlready",
    "OutletNotFound",
    "OutletRefused",
    "OutletRow",
    "OutletState",
    "OutletView",
    "PhotoNotOfOutlet",
    "ReadOutlets",
    "RefusedRow",
    "SampleOutlet",
    "UnknownCategory",
    "Week",
    "WeekRow",
    "categories",
    "category",
    "change_outlet",
    "changes_since",
    "claim_outlet",
    "close_outlet",
    "csv_cell",
    "find_category",
    "import_outlets",
    "move_outlet",
    "offer_tiles",
    "open_at",
    "open_outlet",
    "opening_at",
    "opening_of",
    "outlet",
    "outlets",
    "outlets_near",
    "outlets_of",
    "read_osm",
    "report_closed",
    "row_at",
    "say_fault",
    "say_hours",
    "say_opening",
    "say_openings",
    "site_version",
    "sites_with_outlets",
    "title_of",
    "verify_outlet",
    "week_of",
]
