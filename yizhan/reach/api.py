"""The door of reach: what can be walked to from where somebody is.

    circle = circle_from(point, minutes=15, profile="elder", at=now)      # raises streets.NoSiteHere, TooFarFromStreet
    circle.within                                                          # outlets by walking time
    circle.of(["pharmacy"]), circle.opening(one), circle.path(one.number), circle.outline, circle.is_clipped

`find_start` says where somebody starts: what an address names, the point his session keeps, his home. `near` are the
nearest outlets of some categories; `WANT` is the search's kind of what people say, a hit's subject is a category.

`import_borders` takes communities' borders out of GeoJSON; without one, maps and tables have the hull of homes.

`standing` gives a site's outlets snapped for one profile, as arrays that stay in the process. `export_tables` writes
the tables for checking.

The whole city, live: a table of the nearest outlet of every home, category and profile follows places by itself.
`bring_up_to_date` takes in what changed, `count_anew` makes it from the start, `disagreements` compares the two.
"""

from yizhan.reach.queries.circles import Circle, MinutesOutOfRange, Within, circle_from
from yizhan.reach.queries.exporting import export_tables
from yizhan.reach.queries.finding import Near, near
from yizhan.reach.queries.nearest import Disagreement, disagreements, live_counts, live_version, wrong_tables
from yizhan.reach.queries.standing import Standing, entrance, standing
from yizhan.reach.queries.starts import KEPT_POINT, HomeNotOnMap, NoSuchStart, Start, find_start, starts_address
from yizhan.reach.queries.wants import WANT
from yizhan.reach.services.backdrop import import_backdrop
from yizhan.reach.services.borders import BordersReport, draw_borders, import_borders
from yizhan.reach.services.live import bring_up_to_date, count_anew

__all__ = [
    "KEPT_POINT",
    "WANT",
    "BordersReport",
    "Circle",
    "Disagreement",
    "HomeNotOnMap",
    "MinutesOutOfRange",
    "Near",
    "NoSuchStart",
    "Standing",
    "Start",
    "Within",
    "bring_up_to_date",
    "circle_from",
    "count_anew",
    "disagreements",
    "draw_borders",
    "entrance",
    "export_tables",
    "find_start",
    "import_backdrop",
    "import_borders",
    "live_counts",
    "live_version",
    "near",
    "standing",
    "starts_address",
    "wrong_tables",
]
