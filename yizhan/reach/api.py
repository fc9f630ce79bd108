"""The door of reach: what can be walked to from where somebody is.

    circle = circle_from(point, minutes=15, profile="elder", at=now)      # raises streets.NoSiteHere, TooFarFromStreet
    circle.within                                                          # outlets by walking time
    circle.of(["pharmacy"]), circle.opening(one), circle.path(one.number), circle.outline(), circle.is_clipped

`standing` gives a site's outlets snapped for one profile, as arrays that stay in the process. `export_tables` writes
the tables for checking.
"""

from yizhan.reach.queries.circles import Circle, MinutesOutOfRange, Within, circle_from
from yizhan.reach.queries.exporting import export_tables
from yizhan.reach.queries.standing import Standing, entrance, standing

__all__ = [
    "Circle",
    "MinutesOutOfRange",
    "Standing",
    "Within",
    "circle_from",
    "entrance",
    "export_tables",
    "standing",
]
