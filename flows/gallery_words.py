"""The closed lists of the gallery, in the language of the page, and how a time since the start is written."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from nodes.kit.things import spoken


def industries() -> dict[str, str]:
    return {
        "factory": _("Factory"),
        "construction": _("Construction"),
        "logistics": _("Logistics"),
        "food": _("Food"),
        "energy": _("Energy supply"),
        "building": _("Buildings"),
        "office": _("Office"),
        "farm": _("Farming"),
        "care": _("Care"),
        "town": _("Towns"),
        "retail": _("Retail"),
    }


def industry_needs() -> dict[str, str]:
    return {
        "safety": _("Safety"),
        "quality": _("Quality"),
        "maintenance": _("Maintenance"),
        "energy": _("Energy"),
        "compliance": _("Records and rules"),
        "comfort": _("Comfort"),
        "care": _("Looking after people"),
        "usage": _("Use and billing"),
    }


ALSO_CALLED = {
    "factory": "製造業 生産 工業 manufacturing plant production", "construction": "建築 工事現場 building site contractor",
    "logistics": "運送 運輸 倉庫 配送 transport delivery warehouse", "food": "飲食 冷蔵 食料 refrigerated grocery restaurant",
    "energy": "電力 電気代 ガス utility electricity bill power", "building": "ビル 不動産 施設 facility property real estate",
    "office": "事務所 会社 workplace", "farm": "農業 畜産 agriculture", "care": "福祉 高齢者 病院 介護施設 elderly nursing hospital health",
    "town": "役所 行政 自治体 municipality city government", "retail": "店舗 スーパー 小売業 shop store supermarket",
    "safety": "安全対策 労災 事故 accident", "quality": "検品 品質管理", "maintenance": "故障 点検 保守 設備保全 repair breakdown",
    "compliance": "監査 帳票 法令 audit law record", "comfort": "空気 換気 air ventilation", "usage": "稼働率 従量 請求 invoice utilisation",
}  # fmt: skip
"""Other words by which people look for an industry or a need, in both languages."""
_ENERGY_NEED = "節電 電気代 省エネ 脱炭素 saving electricity bill carbon"


def listed_words(industries_: Sequence[str], needs_: Sequence[str]) -> list[str]:
    """Industries and needs in the language of the page, and other words for them."""
    named = [*(industries()[id] for id in industries_), *(industry_needs()[id] for id in needs_)]
    also = [*(ALSO_CALLED.get(id, "") for id in (*industries_, *needs_)), _ENERGY_NEED if "energy" in needs_ else ""]
    return [*named, *also]


def said_offset(ms: int) -> str:
    """ "0:05", "1:20:00", "3 d 4:00": minutes and seconds, hours, or days since the start."""
    seconds = ms // 1000
    days, hours, minutes = seconds // 86_400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        return _("%s d %s") % (days, f"{hours}:{minutes:02}")
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"


def in_lang(text: Any, lang: str) -> str:
    """A text of a scenario, which is there in both languages."""
    return spoken(text, lang, "")
