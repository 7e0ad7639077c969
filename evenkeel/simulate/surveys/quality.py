"""The half-yearly survey of service quality: five modules of 31 items over nine stages, and more.

Beside the items stand what customers expect of each module and how much it matters to them, and
pairs of questions about three features of which the category is planted.
"""

from typing import Any

from evenkeel.simulate.surveys.questionnaires import Item
from evenkeel.simulate.surveys.waves import Programme

_MODULES: dict[str, tuple[str, float, tuple[tuple[str, str, str, str], ...]]] = {
    "reception": (
        "接待服务",
        0.2,
        (
            ("welcome", "sales", "We were welcomed politely", "接待热情有礼"),
            ("advice", "sales", "The advice was sound", "咨询解答专业"),
            ("terms", "signing", "The terms were explained", "条款解释清楚"),
            ("papers", "signing", "The paperwork was quick", "手续办理快捷"),
            ("handover", "delivery", "The handover went as agreed", "交付符合约定"),
            ("hours", "service", "The opening hours suit us", "服务时间合适"),
            ("hotline", "service", "The hotline answers soon", "热线接听及时"),
        ),
    ),
    "surroundings": (
        "环境维护",
        0.0,
        (
            ("entrance", "environment", "The entrance is clean", "入口整洁"),
            ("halls", "environment", "Halls and stairs are clean", "公共区域整洁"),
            ("greenery", "environment", "The greenery is cared for", "绿化养护良好"),
            ("waste", "environment", "Waste is taken away in time", "垃圾清运及时"),
            ("signs", "design", "The signs help to find the way", "标识指引清晰"),
            ("seating", "design", "There is enough seating", "座椅充足"),
        ),
    ),
    "security": (
        "安全秩序",
        -0.1,
        (
            ("guards", "service", "The guards do their duty", "安保人员尽责"),
            ("visitors", "service", "Visitors are checked", "访客管理到位"),
            ("fire", "quality", "Fire equipment is in order", "消防设施完好"),
            ("cameras", "quality", "Cameras cover what they should", "监控覆盖到位"),
            ("parking", "service", "Parking is in order", "停车秩序良好"),
            ("lighting", "design", "Paths are lit at night", "夜间照明充足"),
        ),
    ),
    "equipment": (
        "设备设施",
        -0.3,
        (
            ("lifts", "quality", "The lifts work", "电梯运行正常"),
            ("water", "quality", "Water and power are steady", "水电供应稳定"),
            ("reported", "repair", "Reporting a fault is easy", "报修方便"),
            ("arrival", "repair", "The fitter comes on time", "维修人员准时到达"),
            ("repaired", "repair", "The repair lasts", "维修质量可靠"),
            ("tidy", "repair", "The place is left tidy", "维修后清理干净"),
        ),
    ),
    "overall": (
        "整体评价",
        0.1,
        (
            ("heard", "complaint", "Complaints are taken seriously", "投诉受到重视"),
            ("answered", "complaint", "Complaints are answered soon", "投诉答复及时"),
            ("settled", "complaint", "Complaints are settled", "投诉得到解决"),
            ("told", "service", "We are told of changes", "变动及时告知"),
            ("price", "service", "The price is fair", "收费合理"),
            ("image", "service", "The company has a good name", "企业口碑良好"),
        ),
    ),
}
# Shares of the codes from "I dislike it" (1) to "I like it" (5): of having the feature, and of not.
_KANO = {
    "callback": ("attractive", "A callback at a time you choose", "可预约回电"),
    "progress": ("one_dimensional", "News of how your case goes on", "主动告知处理进度"),
    "receipt": ("must_be", "A receipt for what you pay", "缴费提供凭证"),
}
_HAVING = {
    "attractive": (0.02, 0.02, 0.12, 0.06, 0.78),
    "one_dimensional": (0.02, 0.02, 0.08, 0.08, 0.8),
    "must_be": (0.02, 0.04, 0.14, 0.72, 0.08),
}
_MISSING = {
    "attractive": (0.06, 0.12, 0.74, 0.06, 0.02),
    "one_dimensional": (0.8, 0.08, 0.08, 0.02, 0.02),
    "must_be": (0.88, 0.06, 0.04, 0.01, 0.01),
}
EXPECTED = {
    "reception": 0.4,
    "surroundings": 0.1,
    "security": 0.5,
    "equipment": 0.6,
    "overall": 0.5,
}
"""What is added to a feeling when customers say what they expect of a module."""
IMPORTANCE = {
    "reception": (0.02, 0.05, 0.18, 0.4, 0.35),
    "surroundings": (0.05, 0.12, 0.33, 0.32, 0.18),
    "security": (0.01, 0.03, 0.11, 0.35, 0.5),
    "equipment": (0.01, 0.03, 0.12, 0.34, 0.5),
    "overall": (0.02, 0.06, 0.22, 0.4, 0.3),
}
"""Share of each code from 1 to 5 when customers say how much a module matters."""


def _items() -> tuple[Item, ...]:
    items = [Item("overall", "How satisfied are you overall?", "overall_satisfaction", "faces5")]
    for module, (chinese, ease, rows) in _MODULES.items():
        items += [_judged(module, ease, place, *row) for place, row in enumerate(rows)]
        items += _about(module, chinese, ease)
    for feature, (category, wording, chinese) in _KANO.items():
        items += [
            Item(
                f"{feature}_with",
                f"{wording}: how do you feel with it?",
                "kano_functional",
                "likert5",
                concept=feature,
                text_zh=f"{chinese}：有的话，您觉得如何？",
                shares=_HAVING[category],
            ),
            Item(
                f"{feature}_without",
                f"{wording}: and without it?",
                "kano_dysfunctional",
                "likert5",
                concept=feature,
                text_zh=f"{chinese}：没有的话，您觉得如何？",
                shares=_MISSING[category],
            ),
        ]
    return tuple(items)


def _judged(
    module: str, ease: float, place: int, code: str, stage: str, wording: str, chinese: str
) -> Item:
    return Item(
        f"{module}_{code}",
        wording,
        "satisfaction",
        "likert5_unbalanced",
        ease=ease - 0.06 * place,
        spread=0.4,
        not_applicable=0.04,
        touchpoint=stage,
        module=module,
        concept=f"{module}_{code}",
        text_zh=chinese,
    )


def _about(module: str, chinese: str, ease: float) -> list[Item]:
    """Return what customers find and expect of a module, and how much it matters to them."""
    return [
        Item(
            f"{module}_found",
            f"What do you find of our {module}?",
            "perception",
            "likert5",
            ease=ease,
            spread=0.3,
            module=module,
            concept=module,
            text_zh=f"您觉得我们的{chinese}怎么样？",
        ),
        Item(
            f"{module}_expected",
            f"What do you expect of our {module}?",
            "expectation",
            "likert5",
            ease=EXPECTED[module],
            spread=0.3,
            module=module,
            concept=module,
            text_zh=f"您对我们的{chinese}有何期望？",
        ),
        Item(
            f"{module}_matters",
            f"How much does our {module} matter to you?",
            "importance",
            "likert5",
            module=module,
            concept=module,
            text_zh=f"我们的{chinese}对您有多重要？",
            shares=IMPORTANCE[module],
        ),
    ]


QUALITY = _items()
QUALITY_SURVEY = Programme(
    "follow_up",
    "Quality of our service",
    (2, 8),
    opens=6,
    days=18,
    items=QUALITY,
    prefix="RQ",
    # Its questions are many.
    sample_share=0.25,
)


def planted_answers() -> dict[str, Any]:
    """Return what is planted in the answers to this survey."""
    return {
        "survey": QUALITY_SURVEY.name,
        "kano": {feature: category for feature, (category, *_) in _KANO.items()},
        "expected_minus_found": {
            module: round(expected - _MODULES[module][1], 6)
            for module, expected in EXPECTED.items()
        },
        "mean_importance": {
            module: round(sum(share * code for code, share in enumerate(shares, 1)), 6)
            for module, shares in IMPORTANCE.items()
        },
    }
