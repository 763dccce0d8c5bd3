"""The Chinese test sentences of travellers. The notation is that of ``templates.py`` and of ``grammar.py`` here.

What ``english_for_test.py`` says of how it came about, and of what may not be done to it, holds here as well. One
sentence in four is in traditional characters.
"""

from rnnviz.tasks.slots.fillings import CHINESE_FILLINGS, TRADITIONAL
from rnnviz.tasks.templates import Grammar

CHINESE_TEST = Grammar(
    language="zh",
    slots=CHINESE_FILLINGS
    | {
        "city": (*CHINESE_FILLINGS["city"], "维也纳", "成都"),
        "date": (*CHINESE_FILLINGS["date"], "11月2日", "这个周末", "星期二"),
        "time": (*CHINESE_FILLINGS["time"], "早上九点四十五", "11点", "凌晨两点"),
    },
    respelling=TRADITIONAL,
    frames={
        ".": ("{}", "{}。", "{}！", "嗨，{}"),
        "?": ("{}？", "{}?", "{}", "嗨，{}？"),
        "~": ("{}", "{}。", "{}！"),
        "!": ("{}", "{}。", "{}，好吗？"),
    },
    templates={
        "later": """
            {place}是我打算[离开|去]的城市.
            {place}是我们这次[出发|要到]的城市.
            {place}那边是我的[出发地|目的地].
            {place}，我{date}[从那里出发|到那里去].
            {place}是飞机{time}[起飞|到达]的机场.
            {place}就是我[上车|下车]的地方.
            {place}是我{date}坐火车[离开|去]的城市.
            {place}是火车的[第一站|最后一站].
            {place}是她{date}[离开|到达]的城市.
            我想把{place}作为[出发地|目的地].
            {place}应该是[起点|终点].
            {place}[开车|到站]，{time}.
            {date}{place}[离开|抵达]~
            {place}我们{time}[走|到].
            {place}是你想[离开|去]的城市吗?
            {place}是这趟车的[始发站|终点站]吗?
            {place}[出发|到达]的航班是几点?
            """,
        "earlier": """
            我打算{date}从{departure}飞到{destination}.
            给我一张{departure}到{destination}的票!
            我人在{departure}，想去{destination}.
            我{date}要去{destination}出差，从{departure}走.
            {date}{time}之前能从{departure}赶到{destination}吗?
            从{departure}坐车到{destination}最快要几个小时?
            我妈妈{date}从{departure}来{destination}看我.
            下一班去{destination}的车从{departure}几点开?
            有{date}{departure}飞{destination}的航班吗?
            我从{departure}出发，路过{city}，最后到{destination}.
            离开{departure}以后，我{date}到{destination}.
            我们一家{date}从{departure}去{destination}旅行.
            [离开|到达]{place}的时间是{time}.
            我想早点[离开|到]{place}.
            帮我看看{date}去{destination}的票，我从{departure}出发!
            """,
        "neither": """
            {city}是我出生的地方. {city}是我妈妈喜欢的城市. {city}是我想念的地方. 我想了解{city}.
            {city}有什么好吃的? 你在{city}吗? 我的弟弟在{city}上学. {date}{city}冷不冷? {city}的火车站很大.
            你觉得{city}怎么样? 我们{date}{time}见面. {time}给我打电话~ {date}我休息. {city}人很多.
            我在{city}有很多朋友.
            """,
    },
)
