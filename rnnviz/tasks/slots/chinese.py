"""How travellers word it in Chinese. The notation is that of ``templates.py`` and of ``grammar.py`` here.

The kinds are those of ``english.py``. One sentence in four is in traditional characters.
"""

from rnnviz.tasks.slots.fillings import CHINESE_FILLINGS, TRADITIONAL
from rnnviz.tasks.templates import Grammar

CHINESE = Grammar(
    language="zh",
    slots=CHINESE_FILLINGS,
    respelling=TRADITIONAL,
    frames={
        ".": ("{}", "{}。", "{}", "{}！", "你好，{}", "其实{}", "是的，{}。"),
        "?": ("{}？", "{}?", "{}", "请问{}？", "请问，{}", "你好，{}？"),
        "!": ("{}", "{}。", "请{}", "帮我{}", "请帮我{}。", "你能{}吗？", "{}，谢谢"),
        "~": ("{}", "{}。", "{}！", "嗯，{}"),
    },
    templates={
        "later": """
            {place}是我[出发|要去]的地方.
            {place}是我[启程|到达]的地方.
            {place}是我[离开|前往]的地方.
            {place}是我[要出发|要到达]的地方.
            {place}是我[动身|要到]的地方.
            {place}是我[出发|要去]的城市.
            {place}是我[启程|到达]的城市.
            {place}是我[要离开|想去]的城市.
            {place}是我{date}[出发|要去]的城市.
            {place}是我{date}[出发|到达]的地方.
            {place}是我{date}{time}[离开|到达]的城市.
            {place}是我的[出发地|目的地].
            {place}是我的[起点|终点].
            {place}是我的[出发城市|到达城市].
            {place}是我旅行的[起点|终点].
            {place}是我旅行[开始|结束]的地方.
            {place}是我们[出发|要去]的地方.
            {place}是我们[离开|到达]的地方.
            {place}是我们[起飞|降落]的城市.
            {place}是我们旅行的[起点|终点].
            {place}是我们{date}的[出发地|目的地].
            {place}是这次旅行的[起点|终点].
            {place}是这次旅行的[出发地|目的地].
            {place}是[出发地|目的地].
            {place}是[起点|终点].
            {place}是你的[起点|终点].
            {place}是他[出发|要去]的地方.
            {place}是他的[出发地|目的地].
            {place}是[出发|到达]的城市.
            {place}是[出发|要去]的地方.
            {place}是飞机[起飞|降落]的地方.
            {place}是飞机[起飞|降落]的城市，{time}.
            {place}是我的飞机[起飞|降落]的地方.
            {place}是我们{date}[启程|到达]的地方.
            {place}是火车[出发|到达]的城市.
            {place}是火车[开出|到达]的地方.
            {place}是旅行[开始|结束]的城市.
            {place}[出发|到达].
            {place}[出发|到达]，谢谢.
            {place}[起飞|降落].
            {place}[出发地|目的地].
            {place}[离开|抵达].
            {place}{date}[出发|到达].
            {place}{date}{time}[出发|到达].
            {place}{time}[起飞|降落].
            {place}{time}[离开|到达].
            {place}[出发|到达]，{date}{time}.
            {place}[出发，{destination}到达|到达，{departure}出发].
            {place}[出发，去{destination}|到达，从{departure}出发].
            {place}[出发去{destination}|到达，{departure}出发]，{date}.
            {place}[起飞，{destination}降落|降落，{departure}起飞].
            {place}[是出发地，{destination}是目的地|是目的地，{departure}是出发地].
            {place}[到{destination}|，从{departure}出发].
            {place}[到{destination}的机票|，我从{departure}去].
            {place}[飞{destination}|，从{departure}飞去]，{date}.
            {place}[去{destination}|，从{departure}去].
            {place}我{date}[离开|到达].
            {date}{place}[出发|到达]~
            {date}{time}{place}[出发|到达]~
            {date}{time}{place}[起飞|降落].
            {date}{place}是我[出发|要去]的地方.
            {date}{place}是我们[启程|到达]的城市.
            {date}{place}[起飞|降落].
            {place}是我们[出发|抵达]的城市.
            我们{date}{place}[起飞|降落].
            {date}我们{place}[出发|抵达].
            {time}{place}[出发|到达]~
            我{date}{place}[出发|到达].
            我们{place}[出发|到达].
            我们{date}{place}[出发|到达].
            我的飞机{time}{place}[起飞|降落].
            我的火车{place}[出发|到达]，{time}.
            我知道{place}是我[出发|要去]的地方.
            {place}是你[出发|要去]的地方吗?
            {place}是你[出发|到达]的城市吗?
            {place}是不是你的[出发地|目的地]?
            {place}几点[出发|到达]?
            {place}什么时候[起飞|降落]?
            {place}{time}[出发|到达]吗?
            {place}是你们[启程|到达]的城市吗?
            {place}{date}几点[出发|到达]?
            """,
        "earlier": """
            从{departure}到{destination}~
            从{departure}去{destination}~
            从{departure}飞{destination}~
            从{departure}飞往{destination}，{date}~
            从{departure}出发去{destination}~
            从{departure}出发，到达{destination}~
            {date}从{departure}到{destination}~
            {date}{time}从{departure}去{destination}~
            {time}从{departure}出发到{destination}~
            [从|去]{place}~
            [离开|到达]{place}~
            [离开|前往]{place}，{date}~
            从{departure}经过{city}到{destination}~
            去{destination}，从{departure}出发~
            到{destination}，{date}从{departure}走~
            我想从{departure}去{destination}.
            我想从{departure}到{destination}，{date}出发.
            我要从{departure}去{destination}.
            我要从{departure}飞{destination}，{date}{time}.
            我要去{destination}，从{departure}出发.
            我想去{destination}，{date}从{departure}出发.
            我想{date}从{departure}去{destination}.
            我要{date}{time}从{departure}飞往{destination}.
            我{date}从{departure}出发，{time}到达{destination}.
            我{date}离开{departure}，去{destination}.
            我们从{departure}去{destination}.
            我们{date}{time}从{departure}坐火车到{destination}.
            我们{date}从{departure}坐飞机去{destination}.
            我的飞机从{departure}飞往{destination}.
            我的火车{time}从{departure}开出，到{destination}.
            我的出发地是{departure}，目的地是{destination}.
            出发地{departure}，目的地{destination}~
            出发城市是{departure}，到达城市是{destination}~
            起点是{departure}，终点是{destination}.
            我的旅行从{departure}开始，在{destination}结束.
            我想[离开|去]{place}.
            我想{date}[离开|去]{place}.
            我要[离开|前往]{place}.
            我要[从{place}出发|去{place}].
            我{date}[从{place}出发|到{place}].
            我{date}{time}[从{place}出发|到达{place}].
            我们{time}[离开|到达]{place}.
            我[出发|要去]的地方是{place}.
            我[出发|到达]的城市是{place}.
            我们[出发|要去]的城市是{place}.
            我的[出发地|目的地]是{place}.
            我旅行的[起点|终点]是{place}.
            [出发地|目的地]是{place}~
            [出发地|目的地]：{place}~
            [起点|终点]{place}~
            飞机[从{place}起飞|在{place}降落].
            我的飞机{time}[从{place}起飞|在{place}降落].
            火车{time}[从{place}开出|到达{place}].
            旅行[从{place}开始|在{place}结束].
            订一张从{departure}到{destination}的机票!
            订一张{date}从{departure}去{destination}的火车票!
            订一张{date}{time}从{departure}飞{destination}的票!
            订一张[从{place}出发|去{place}]的票!
            买一张从{departure}到{destination}的火车票!
            买一张{date}去{destination}的机票，从{departure}出发!
            买一张{date}[从{place}出发|去{place}]的机票!
            查一下{date}从{departure}到{destination}的火车!
            查一下从{departure}飞往{destination}的飞机!
            查一下[从{place}出发|到{place}]的火车!
            找一下{date}{time}从{departure}去{destination}的飞机!
            {date}有从{departure}到{destination}的火车吗?
            有没有{time}从{departure}去{destination}的飞机?
            有没有[从{place}出发|去{place}]的火车?
            {date}有[从{place}出发|去{place}]的飞机吗?
            从{departure}到{destination}要多久?
            从{departure}去{destination}多少钱?
            从{departure}到{destination}有多远?
            怎么从{departure}去{destination}?
            什么时候[离开|到达]{place}?
            我们几点[从{place}出发|到{place}]?
            去{destination}的火车几点从{departure}出发?
            从{departure}到{destination}的机票多少钱?
            [从{place}出发|去{place}]的机票多少钱?
            我的起点是{departure}，终点是{destination}.
            旅行的起点是{departure}，旅行的终点是{destination}.
            我们的旅行[从{place}开始|在{place}结束]，{date}.
            """,
        "neither": """
            你好~ 您好~ 嗨~ 谢谢~ 谢谢你~ 再见~ 好~ 好的~ 是~ 不~ 是的~ 早上好~ 晚安~ 你好吗? {city}~ 你好{city}~
            我爱{city}~ 我喜欢{city}~ 我们爱{city}~ 我很喜欢{city}~ 我想念{city}~ 爱{city}~ {city}很美. {city}很大.
            {city}很远. {city}是一个城市. {city}是个大城市. {city}是我爱的城市. {city}是我喜欢的地方. {city}是我家.
            我住在{city}. 我家在{city}. 我的朋友住在{city}. 我的朋友在{city}. 我在{city}工作. 我在{city}长大.
            我没去过{city}. 我妈妈爱{city}. 我知道{city}. {date}{city}会下雨吗? {city}天气怎么样? {city}在哪里?
            {city}好玩吗? 你喜欢{city}吗? 你去过{city}吗? 你知道{city}吗? 谁住在{city}? 介绍一下{city}! 说说{city}!
            看一下{city}的天气! 我爱NLP~ 我爱你~ 我爱音乐~ 我喜欢旅行~ 我喜欢火车~ 我喜欢坐飞机~ 我很累. 我很开心.
            我是学生. 我是老师. 我爱我的家~ 我在看书. 你是谁? 你叫什么名字? 现在几点? 天气怎么样? {date}天气好吗?
            {date}见~ {time}见~ {date}{time}见~ {date}~ {time}~ {date}{time}~ 那天是{date}. 现在是{time}.
            {date}是我的生日. 火车晚点了. 飞机很大. 这个城市很大. 我喜欢这个城市. {city}真美. {city}很好玩.
            {city}是我住的地方. {city}是我喜欢的城市. {city}的天气很好. {city}的音乐很好听. 我真喜欢{city}~
            我真爱{city}~ 我也爱{city}~ 我们都喜欢{city}~ 你爱{city}吗? 我的妈妈在{city}. 我的老师住在{city}.
            我的朋友喜欢{city}. 我去过{city}. 你没去过{city}吗? 谁在{city}? 我在{city}学习. 我在{city}看书.
            介绍{city}! 说一说{city}! 放{city}的音乐! 我想看一下{city}. {city}的天气怎么样? 我爱学习~ 我爱看书~
            我喜欢音乐~ 我的书很好. 飞机真大. 一本书~ 一首歌~ 我学习中文. 这本书很好. 这是一个网络. 说一个故事!
            放一首歌!
            """,
    },
)
