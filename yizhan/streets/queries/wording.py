"""The way in words, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from yizhan.streets.queries.walking import Path
from yizhan.streets.rules.legs import Leg, Turn

_TURNS = {
    Turn.STRAIGHT: gettext_lazy("直走"),
    Turn.SLIGHT_LEFT: gettext_lazy("向左前方走"),
    Turn.LEFT: gettext_lazy("左转"),
    Turn.SLIGHT_RIGHT: gettext_lazy("向右前方走"),
    Turn.RIGHT: gettext_lazy("右转"),
    Turn.BACK: gettext_lazy("往回走"),
}
_HEADINGS = {
    "north": gettext_lazy("向北走"),
    "north_east": gettext_lazy("向东北走"),
    "east": gettext_lazy("向东走"),
    "south_east": gettext_lazy("向东南走"),
    "south": gettext_lazy("向南走"),
    "south_west": gettext_lazy("向西南走"),
    "west": gettext_lazy("向西走"),
    "north_west": gettext_lazy("向西北走"),
}
_KINDS = {
    "street": gettext_lazy("街道"),
    "footway": gettext_lazy("人行道"),
    "steps": gettext_lazy("台阶"),
    "crossing": gettext_lazy("过街横道"),
    "path": gettext_lazy("小路"),
    "service": gettext_lazy("院内道路"),
    "indoors": gettext_lazy("室内通道"),
    "lift": gettext_lazy("电梯"),
}
_STRUCTURES = {"bridge": gettext_lazy("上桥"), "tunnel": gettext_lazy("过地下通道")}


def say_path(path: Path) -> list[str]:
    """A sentence for each leg."""
    return [say_leg(leg) for leg in path.legs]


def say_leg(leg: Leg) -> str:
    """E.g. “左转，沿民族大道走 240 米，约 3 分钟”."""
    turn = str(_HEADINGS[leg.heading] if leg.turn == Turn.START else _TURNS[leg.turn])
    if leg.structure:
        turn = _("{turn}，{structure}").format(turn=turn, structure=_STRUCTURES[leg.structure])
    return _("{turn}，沿{street}走 {metres} 米，{time}").format(
        turn=turn, street=leg.name or _KINDS[leg.kind], metres=_rounded(leg.metres), time=say_time(leg.ds)
    )


def say_time(ds: int) -> str:
    """Minutes, rounded; under half a minute is said as such."""
    if ds < 300:
        return _("不到半分钟")
    minutes = max(1, (ds + 300) // 600)
    return ngettext("约 {minutes} 分钟", "约 {minutes} 分钟", minutes).format(minutes=minutes)


def _rounded(metres: float) -> int:
    """To ten metres, to one below fifty."""
    return round(metres) if metres < 50 else round(metres / 10) * 10
