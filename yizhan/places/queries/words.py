"""Words that people read about outlets."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yizhan.places.rules.rows import Fault, RowTrouble
from yizhan.places.rules.states import OutletState

STATES: Mapping[str, str | Promise] = {
    OutletState.STANDING: _("在营"),
    OutletState.DOUBTED: _("待核实"),
    OutletState.CLOSED: _("已关闭"),
}
COLUMNS: Mapping[str, str | Promise] = {
    "name": _("名称"),
    "category": _("网点类别"),
    "lon": _("经度"),
    "lat": _("纬度"),
    "entrance_lon": _("门口经度"),
    "entrance_lat": _("门口纬度"),
    "hours": _("营业时间"),
    "keeps_office_hours": _("机关作息"),
    "chain": _("连锁品牌"),
    "phone": _("电话"),
    "address": _("地址"),
    "wheelchair": _("轮椅进出"),
    "community": _("社区代码"),
    "ref": _("来源编号"),
    "last_seen_on": _("最近见到"),
}
WHEELCHAIR: Mapping[str, str | Promise] = {
    "": _("不清楚"),
    "yes": _("轮椅进得去"),
    "limited": _("轮椅要人帮一把"),
    "no": _("轮椅进不去"),
}
SOURCES: Mapping[str, str | Promise] = {
    "osm": _("OpenStreetMap"),
    "file": _("表格导入"),
    "map": _("现场录入"),
    "sample": _("样例"),
}
SIGHTINGS: Mapping[str, str | Promise] = {
    "import": _("随数据进来"),
    "entry": _("现场录入"),
    "claim": _("商户认领"),
    "report": _("居民反映"),
    "visit": _("社区核实"),
}
_TROUBLES: Mapping[RowTrouble, str | Promise] = {
    RowTrouble.NAME_MISSING: _("没有写名称"),
    RowTrouble.NAME_UNPRINTABLE: _("{column}里有看不见的控制字符，请删掉重写"),
    RowTrouble.TOO_LONG: _("{column}太长，最多 {detail} 个字"),
    RowTrouble.CATEGORY_MISSING: _("没有写类别"),
    RowTrouble.CATEGORY_UNKNOWN: _("没有“{detail}”这种类别，请从类别表里选"),
    RowTrouble.POSITION_MISSING: _("没有写经度和纬度"),
    RowTrouble.POSITION_UNREADABLE: _("{column}“{detail}”不是度数，请写成 108.3665 这样的数"),
    RowTrouble.POSITION_SWAPPED: _("经度和纬度写反了（{detail}）"),
    RowTrouble.POSITION_OUTSIDE: _("位置（{detail}）不在这个站点的范围里，请看看坐标系选得对不对"),
    RowTrouble.ENTRANCE_FAR: _("门口离网点超过 {detail} 米，请看看是不是写错了"),
    RowTrouble.HOURS_FAULTY: _("营业时间第 {position} 个字起看不懂：“{detail}”"),
    RowTrouble.COMMUNITY_UNKNOWN: _("没有代码是“{detail}”的社区，要写 12 位代码"),
    RowTrouble.COMMUNITY_OTHER: _("社区 {detail} 不归您管，请交给那边的社区录入"),
    RowTrouble.DAY_UNREADABLE: _("日期“{detail}”看不懂，请写成 2026-09-12 这样"),
    RowTrouble.DAY_IN_FUTURE: _("最近见到的日期 {detail} 还没到"),
    RowTrouble.TWICE_IN_FILE: _("表里有两行说的是同一个网点（{detail}）"),
    RowTrouble.KNOWN_ALREADY: _("这个网点已经有了（{detail}）"),
}


def say_fault(fault: Fault) -> str:
    """What is wrong with a row, in the reader's language."""
    column = str(COLUMNS.get(fault.column, fault.column))
    return str(_TROUBLES[fault.trouble]).format(column=column, detail=fault.detail, position=fault.position)
