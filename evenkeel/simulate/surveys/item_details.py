"""What else is known of the questions: their Chinese wording, and how they can be grouped."""

from collections.abc import Sequence

import numpy as np

from evenkeel.simulate.tools.files import Landing, text

WORDINGS_ZH = {
    "How satisfied are you overall?": "总体而言，您对我们的满意程度如何？",
    "All in all, how content are you with our service?": "综合来看，您对我们的服务有多满意？",
    "How likely are you to recommend us?": "您有多大可能向他人推荐我们？",
    "It was easy to reach us": "联系我们很方便",
    "We knew what we were doing": "我们的工作人员业务熟练",
    "We kept what we promised": "我们兑现了所作的承诺",
    "We cared about your matter": "我们用心对待您的问题",
    "What should we know?": "您还有什么意见或建议想告诉我们？",
    "Our prices are fair": "我们的价格公道合理",
    "I will stay a customer": "我会继续选择贵公司的服务",
    "Measured by what you expected": "与您的期望相比，我们的表现如何？",
    "Measured by an ideal company": "与您心目中的理想公司相比，我们的表现如何？",
    "Our service": "您如何评价我们的服务？",
    "I am full of energy at work": "工作时我精力充沛",
    "My work means something to me": "我的工作对我很有意义",
    "Time flies when I work": "工作时我觉得时间过得飞快",
    "My work wears me out": "我的工作让我疲惫不堪",
    "How are you at work these days?": "最近您的工作状态如何？",
}
"""The Chinese wording of each question."""

GROUPINGS = ("object", "benefit", "need", "factor")
_GROUPS = {
    "reach": ("channel", "saves time", "be heard", "basic"),
    "knowledge": ("staff", "certainty", "get it right", "performance"),
    "promise": ("process", "certainty", "get it done", "basic"),
    "care": ("staff", "feels valued", "be respected", "excitement"),
    "value": ("price", "saves money", "fair terms", "performance"),
    "stay": ("relationship", "", "", ""),
    "service": ("service", "certainty", "get it done", "performance"),
    "expected": ("company", "", "", ""),
    "ideal": ("company", "", "", ""),
    "overall": ("company", "", "", ""),
    "recommend": ("company", "", "", ""),
    "vigor": ("work", "energy", "competence", "motivator"),
    "dedication": ("work", "meaning", "autonomy", "motivator"),
    "absorption": ("work", "meaning", "competence", "motivator"),
    "stress": ("workload", "health", "rest", "hygiene"),
    "mood": ("workload", "health", "rest", "hygiene"),
}
"""The group of each question in each grouping; none where the grouping does not fit."""


def write_item_groups(
    landing: Landing, surveys: Sequence[str], codes: Sequence[Sequence[str]]
) -> None:
    """Write survey_item_groups for the questions of each survey."""
    rows = [
        (survey, code, grouping, group)
        for survey, its in enumerate(codes)
        for code in its
        for grouping, group in enumerate(_GROUPS.get(code, ()))
        if group
    ]
    row = np.arange(len(rows))
    landing.write(
        "survey_item_groups",
        "survey_item_groups",
        {
            "survey_id": text(np.array([survey for survey, *_ in rows]), surveys),
            "item_code": text(row, [code for _, code, *_ in rows]),
            "grouping": text(np.array([grouping for _, _, grouping, _ in rows]), GROUPINGS),
            "item_group": text(row, [group for *_, group in rows]),
        },
    )
