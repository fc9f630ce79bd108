"""The door of streets: walking networks, and what can be walked to on them.

`import_network` builds a site's next network; `sites`, `get_site`, `site_covering` say which there are. `network_of`
(or `network` of a SiteView) gives the network in hand, one object per version and process:

    streets = network_of("nanning")
    here = streets.snap(geo.Point(108.37, 22.81, Datum.WGS84), "elder")      # raises TooFarFromStreet
    walk = streets.walk(here, limit_s=900)                                   # one bounded search
    walk.to(shop), walk.to_many(Placed.of(shops)), walk.path(shop), walk.circle(), walk.is_clipped
    nearest = streets.nearest(shops, "elder"); nearest.from_many(Placed.of(homes))   # the whole city in one search

Times are whole deciseconds. `say_path` puts a way into words. `export_csv` writes the tables for checking.
"""

from yizhan.streets.queries.exporting import ends_of, export_csv
from yizhan.streets.queries.network import SNAP_LIMIT_M, Network, TooFarFromStreet, network, network_of
from yizhan.streets.queries.profiles import UnknownProfile, profiles_on, title_of
from yizhan.streets.queries.sites import SITE, NoSiteHere, SiteNotFound, SiteView, get_site, site_covering, sites
from yizhan.streets.queries.walking import Nearest, Path, Placed, Walk
from yizhan.streets.queries.wording import say_leg, say_path
from yizhan.streets.rules.legs import Leg
from yizhan.streets.rules.profiles import Profile, ProfileSet
from yizhan.streets.rules.snapping import Snap
from yizhan.streets.services.importing import OSM_ATTRIBUTION, SiteNameNotTaken, import_network
from yizhan.streets.services.reading import FileNotTaken, Progress

__all__ = [
    "OSM_ATTRIBUTION",
    "SITE",
    "SNAP_LIMIT_M",
    "FileNotTaken",
    "Leg",
    "Nearest",
    "Network",
    "NoSiteHere",
    "Path",
    "Placed",
    "Profile",
    "ProfileSet",
    "Progress",
    "SiteNameNotTaken",
    "SiteNotFound",
    "SiteView",
    "Snap",
    "TooFarFromStreet",
    "UnknownProfile",
    "Walk",
    "ends_of",
    "export_csv",
    "get_site",
    "import_network",
    "network",
    "network_of",
    "profiles_on",
    "say_leg",
    "say_path",
    "site_covering",
    "sites",
    "title_of",
]
