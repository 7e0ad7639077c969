"""What is the same in every scenario, in Chinese."""

CHINESE = {
    "New billing system introduced": "新计费系统上线",
    "Second-line specialists available in the evening": "晚间增设二线专家",
    "Team moved to another site": "班组划归另一站点",
    "Team opened": "班组成立",
    "Team closed the day before": "班组于前一日撤销",
    "First-contact responsibility in force": "首问负责制施行",
    "After your contact with us": "联系后满意度调查",
    "Your year with us": "年度客户关系调查",
    "Customer index of the trade": "行业客户满意度指数",
    "Working here": "员工敬业度调查",
    "Quality of our service": "服务质量调查",
    "Pulse": "员工心情速测",
    "first report": "首次反映",
    "reported before": "重复反映",
    "Change the step that customers rate low": "改进客户评价低的环节",
    "Remove the cause of the complaint": "消除投诉成因",
    "Train and check the step again": "培训后复查该环节",
    "Do as the staff propose": "采纳员工建议",
    "long wait": "等候过久",
    "rude treatment": "态度恶劣",
    "Nobody could tell me what happens next": "没人能告诉我接下来怎么办",
    "I waited far too long": "等的时间太长了",
    "Third time about the same thing": "同一件事已经找了三次",
    "It was all right": "还可以吧",
    "Took a while, but it works now": "花了些时间，不过现在好了",
    "Quick and friendly": "又快又热情",
    "Solved on the spot, thank you": "当场就解决了，谢谢",
}


def said(text: str, language: str) -> str:
    """Return a text of the simulation in a language."""
    return CHINESE[text] if language == "zh-Hans" else text
