"""What a division code and a division's name say by themselves."""

from yizhan.territory.rules.calendar import region_prefix

_SUFFIXES = (("社区居委会", "社区"), ("村委会", "村"), ("居委会", ""))
_STATISTICAL_WORDS = ("虚拟社区", "虚拟生活区", "生活区")


def short_name(name: str) -> str:
    """As people say it: 新竹社区居委会 → 新竹社区, 葛麻村委会 → 葛麻村."""
    for suffix, instead in _SUFFIXES:
        if name.endswith(suffix) and name != suffix:
            return name.removesuffix(suffix) + instead
    return name


def is_statistical(name: str) -> bool:
    """Whether the row exists for the statistics only: a virtual community, a farm's living area."""
    return name.endswith(_STATISTICAL_WORDS)


def code_prefix(code: str) -> str:
    """The digits that every place inside shares: 450103000000 → 450103; a prefix stays as it is."""
    return region_prefix(code) if len(code) in (6, 12) and code.endswith("00") else code


def is_within(code: str, prefix: str) -> bool:
    """Whether the place `code` (12 digits) lies in the place `prefix`: a code, or the first digits of one."""
    return code.startswith(code_prefix(prefix))
