"""Has moto read which region offers which instance types when somebody asks.

moto reads the 90 files of all regions when it is imported. That takes 0.3 of the 2.1 s of
processor time in which a local AWS is imported, and 46 of its 165 MB. Fargate needs none.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

from moto.utilities import utils

_MODULE = "moto.ec2.models.instance_types"
_FILES = "ec2/resources/instance_type_offerings"

_load = utils.load_resource


class Offerings(dict[str, Any]):
    """The offerings by region, each read when it is first asked for.

    Args:
        location_type: kind of the places, as EC2 names it.
        regions: the regions that moto has a file of.
    """

    def __init__(self, location_type: str, regions: frozenset[str]) -> None:
        super().__init__()
        self._location_type = location_type
        self._regions = regions

    def __missing__(self, region: str) -> Any:
        if region not in self._regions:
            raise KeyError(region)
        found = _load(f"{_FILES}/{self._location_type}/{region}.json")
        for each in found:
            each["LocationType"] = self._location_type
        self[region] = found
        return found

    def get(self, region: str, default: Any = None) -> Any:
        """Return a region's offerings, as `dict.get` does of what was read."""
        return self[region] if region in self._regions else default


def _load_all_but_offerings(resource: str) -> Any:
    return [] if str(resource).startswith(_FILES) else _load(resource)


def read_offerings_late() -> None:
    """Import moto's EC2 without its offerings, which are read by region when they are used."""
    if _MODULE in sys.modules:
        return  # all are read already
    vars(utils)["load_resource"] = _load_all_but_offerings
    try:
        known = importlib.import_module(_MODULE).INSTANCE_TYPE_OFFERINGS
    finally:
        # Other modules of moto have imported it meanwhile.
        for module in [utils, *sys.modules.values()]:
            names = getattr(module, "__dict__", {})
            if names.get("load_resource") is _load_all_but_offerings:
                names["load_resource"] = _load
    for location_type, regions in known.items():
        known[location_type] = Offerings(location_type, frozenset(regions))
