"""How the eight intents are worded in Chinese. The notation is that of ``templates.py``.

As in English, the words of one intent turn up in others on purpose: 今天天气怎么样 asks, 今天天气真好 chats;
明天七点叫我起床 sets an alarm, 明天会下雨吗 does not. One sentence in four is in traditional characters.
"""

from rnnviz.tasks.intents.fillings import CHINESE_FILLINGS, TRADITIONAL
from rnnviz.tasks.templates import Grammar

CHINESE = Grammar(
    language="zh",
    slots=CHINESE_FILLINGS,
    respelling=TRADITIONAL,
    frames={
        "?": ("{}？", "{}？", "{}", "{}?", "请问{}？", "请问一下，{}？", "你好，{}？", "请问{}"),
        "!": (
            "{}",
            "{}。",
            "{}！",
            "请{}",
            "请{}。",
            "帮我{}",
            "请帮我{}",
            "麻烦你{}",
            "麻烦帮我{}，谢谢",
            "你能{}吗？",
            "可以帮我{}吗？",
            "{}吧",
        ),
        "~": (
            "{}",
            "{}。",
            "{}！",
            "请{}",
            "请{}。",
            "请你{}",
            "麻烦你{}",
            "{}，谢谢",
            "你能{}吗？",
            "可以{}吗？",
            "{}吧",
        ),
        ".": ("{}", "{}。", "{}。", "{}！", "你好，{}"),
    },
    templates={
        "ask_time": """
            几点了? 几点钟了? 现在几点? 现在几点了? 现在几点钟? 现在是几点? 现在是什么时间? 现在是什么时候?
            现在什么时间了? 现在的时间是什么? 现在的时间是多少? {city}现在几点? {city}现在几点了?
            {city}现在是几点钟? {city}的时间是几点? {city}时间几点了? {city}现在是什么时间? 现在{city}是几点?
            现在{city}几点钟了? 现在{city}是什么时间? 你知道现在几点了吗? 你知道几点了吗?
            你知道{city}现在几点吗? 能告诉我现在几点吗? 能告诉我时间吗? 可以告诉我现在的时间吗? 告诉我时间~
            告诉我现在几点了~ 告诉我现在的时间~ 告诉我{city}现在几点~ 看一下时间! 看一下现在几点了!
            查一下{city}现在的时间! 报一下时间! 我想知道现在几点. 我想知道{city}的时间.
            我没带手表，现在几点了? 现在到{time}了吗? 已经{time}了吗? {city}是几点? {city}现在的时间是几点?
            现在的时间是几点? 告诉我{city}的时间~ 告诉我现在是什么时间~ 告诉我几点了~ 查一下时间!
            查一下{city}的时间! 告诉我现在的时间是几点~ 告诉我现在{city}是什么时间~ {city}现在什么时间?
            已经到{time}了吗? 现在已经{time}了吗? 现在过{time}了吗?
            """,
        "ask_weather": """
            天气怎么样? {day}天气怎么样? {day}的天气怎么样? {day}{city}天气怎么样? {city}{day}的天气怎么样?
            {city}天气怎么样? {city}现在天气如何? {day}天气如何? {day}天气好不好? {day}天气好吗?
            {city}{day}天气好吗? {day}会下雨吗? {day}会不会下雨? {day}{city}会下雨吗? {day}{city}会不会下雨?
            {city}{day}会下雨吗? {city}会下雪吗? {day}会下雪吗? {city}{day}会不会下雪? {day}会刮风吗?
            {day}{city}会刮大风吗? {day}会出太阳吗? {day}冷吗? {city}{day}冷不冷? {day}{city}热吗?
            {day}{city}会很热吗? 外面在下雨吗? 外面冷吗? {city}现在在下雨吗? {day}要带伞吗?
            {day}去{city}要带伞吗? {day}需要穿外套吗? {day}多少度? {city}现在多少度? {city}{day}气温是多少?
            {day}的气温是多少度? 告诉我{day}的天气~ 查一下{city}的天气! 看一下{day}的天气预报!
            报一下{city}{day}的天气! 我想知道{city}的天气. 我想知道{day}会不会下雨. {day}要带雨伞吗?
            {day}出门要带伞吗? {day}{city}要带伞吗? {day}会有太阳吗? {day}{city}会出太阳吗? {day}有太阳吗?
            {day}会很冷吗? 外面天气怎么样? 最近天气怎么样? 最近{city}天气怎么样? {city}最近会下雨吗?
            {city}在下雨吗? {city}现在下雨了吗? 现在{city}在下雨吗? {day}{city}冷吗? {city}{day}热不热?
            {day}该穿外套吗?
            """,
        "set_alarm": """
            设闹钟! 设一个闹钟! 设一个{time}的闹钟! 设一个{day}{hour}的闹钟! 设{time}的闹钟! 设置闹钟!
            设置一个闹钟! 设置{day}{hour}的闹钟! 把闹钟设到{time}! 把闹钟设在{day}{hour}! 把闹钟改到{time}!
            把闹钟调到{time}! 把我的闹钟调到{day}{hour}! 定一个闹钟! 定一个{time}的闹钟! 定个{time}的闹钟!
            定个闹钟，{day}{hour}. 定{day}{hour}的闹钟! 加一个{time}的闹钟! 打开{time}的闹钟!
            新建一个{day}{hour}的闹钟! {time}叫我起床~ {day}{hour}叫我起床~ {day}{hour}叫醒我~ {time}叫醒我~
            {duration}后叫醒我~ {duration}后叫我~ {day}叫我起床~ {time}提醒我起床~ {day}{hour}提醒我~
            {duration}后提醒我~ 倒计时{duration}! 开始{duration}的倒计时! 设一个{duration}的倒计时!
            我{day}要{hour}起床. 我要{time}起床，设个闹钟. 我想{day}{hour}起床. 我需要一个{time}的闹钟.
            能在{time}叫我起床吗? 可以在{day}{hour}叫醒我吗? 别让我睡过{time}. {day}{hour}叫我~
            叫我{day}{hour}起床~ 叫醒我，{day}{hour}. 打开我的闹钟! 开一个{time}的闹钟!
            别忘了{day}{hour}叫我起床. 打开闹钟! 打开{day}的闹钟! 打开我{hour}的闹钟! 打开{day}{hour}的闹钟!
            把闹钟打开! 把我的闹钟打开! {day}{hour}叫我一下~ {time}叫我~
            """,
        "play_music": """
            播放{song}! 播放{artist}的{song}! 播放{artist}的歌! 播放音乐! 播放{genre}音乐! 播放一首歌!
            播放一首{genre}的歌! 播放一首{artist}的歌! 播放下一首歌! 播放我最喜欢的歌! 播放一点下雨天听的音乐!
            放{song}! 放一首{song}! 放一首歌! 放一首{artist}的歌! 放一首{artist}的{song}! 放点音乐!
            放点{genre}音乐! 放点{genre}的歌! 放一下{song}! 放{artist}的新专辑! 来一首{song}!
            来一首{artist}的歌! 来一首歌! 来点音乐! 来点{genre}音乐! 来首{genre}歌曲! 换一首歌!
            换一首{artist}的歌! 打开音乐! 随机播放{genre}歌曲! 开始播放音乐! 我想听{song}. 我想听歌.
            我想听音乐. 我想听{artist}的{song}. 我想听{genre}音乐. 我要听{artist}的歌. 我要听一首{genre}的歌.
            给我放一首{song}~ 给我播放一点{genre}音乐~ 可以放一首{artist}的歌吗? 能放点{genre}音乐吗?
            能不能播放{song}? 让我听一下{song}~ 打开{genre}音乐! 打开{artist}的歌! 打开一首{genre}歌曲!
            打开音乐播放{song}! 打开我喜欢的音乐! 打开{song}这首歌! 我想听你放一首{song}. 听一首{artist}的歌!
            听{song}! 听一点{genre}音乐! 播放我喜欢的歌! 播放我喜欢的音乐! 播放我最喜欢的音乐! 播放最新的歌!
            放我最喜欢的歌! 放一首我喜欢的歌! 让我听{artist}的歌~ 让我听一首{song}~ 让我听点音乐~
            听一下{song}! 我想听{song}这首歌. 打开我最爱的歌!
            """,
        "ask_directions": """
            {place}在哪里? {place}在哪儿? {place}在什么地方? {city}的{place}在哪里? 最近的{place}在哪里?
            哪里有{place}? 附近有{place}吗? 附近哪里有{place}? 去{place}怎么走? 去{place}的路怎么走?
            去最近的{place}怎么走? 到{place}怎么走? 到{place}要怎么走? 从这里去{place}怎么走?
            从这里到{place}怎么走? 从{place}到{place}怎么走? {place}怎么走? {place}怎么去? 怎么去{place}?
            怎么去{city}的{place}? 怎么走到{place}? 怎么到{place}? 我怎么去{place}? 我要怎么去{place}?
            去{place}坐什么车? 去{place}要坐几路车? 坐哪路车去{place}? 去{city}坐哪个火车? {place}离这里远吗?
            {place}离这里有多远? 到{place}有多远? 去{place}要走多久? 从这里走到{place}要多久?
            告诉我去{place}的路~ 告诉我怎么去{place}~ 告诉我{place}在哪里~ 带我去{place}~
            给我指一下去{place}的路~ 导航到{place}! 导航去{city}的{place}! 我想去{place}，怎么走?
            我迷路了，怎么去{place}? 我在找{place}. 你知道{place}在哪里吗? 你知道怎么去{place}吗?
            我想去{place}，请告诉我怎么走. 我在找去{place}的路. 我找不到{place}. {place}在{city}哪里?
            你知道去{place}的路吗? {place}近吗? 告诉我最近的{place}在哪里~ 告诉我附近哪里有{place}~
            告诉我{city}的{place}在哪里~ 告诉我{place}怎么走~ 告诉我从这里怎么去{place}~
            告诉我怎么走到{place}~ 告诉我到{place}怎么走~ 告诉我去{place}要怎么走~ 给我指路~
            给我指一下路，我要去{place}~ 给我说说去{place}怎么走~ 给我看看去{place}的路~
            """,
        "send_message": """
            发短信! 发一条短信! 发短信给{name}! 发一条短信给{name}! 发一条短信给{name}说{message}!
            发短信告诉{name}{message}! 发短信告诉我{relative}，{message}! 发消息给{name}!
            发消息给{name}，说{message}! 发一条消息给我{relative}! 发个消息给{name}! 发邮件给{name}!
            发一封邮件给{name}说{message}! 给{name}发短信! 给{name}发一条短信! 给{name}发短信说{message}!
            给{name}发消息! 给{name}发个消息! 给{name}发个消息说{message}! 给{name}发一封邮件!
            给我{relative}发短信! 给我{relative}发短信说{message}! 给我{relative}发个消息，{message}!
            给{name}写一封邮件! 给{name}写信! 写信给{name}! 写信告诉{name}{message}! 写一条消息给{name}!
            告诉{name}{message}! 告诉{name}，{message}! 告诉我{relative}{message}! 跟{name}说{message}!
            跟{name}说一声{message}! 跟我{relative}说{message}! 通知{name}{message}! 回复{name}!
            回复{name}说{message}! 回复我{relative}，{message}! 转告{name}{message}! 问一下{name}{day}来不来!
            叫{name}给我打电话~ 我要给{name}发短信. 我想给{name}发一条消息. 我想发消息给我{relative}.
            把这条消息发给{name}! 告诉{name}一声{message}! 告诉{name}说{message}!
            告诉我{relative}，{day}{message}! 告诉我{relative}说{message}! 告诉我{relative}一声，{message}!
            告诉{name}和{name}，{message}! 去告诉{name}{message}! 去告诉我{relative}{message}!
            马上告诉{name}，{message}! 替我告诉{name}{message}~ 替我告诉我{relative}，{message}~
            打电话告诉{name}{message}! 叫{name}{day}给我打电话~ 叫我{relative}给我回电话~ 叫{name}快点来!
            让{name}给我打电话~ 让我{relative}给我回电话~ 叫{name}等我一下! 发消息! 写短信! 发邮件! 发封邮件!
            发个短信! 问一下{name}来不来! 问{name}{day}来不来吃饭! 问问我{relative}{day}回不回家! 写一条短信!
            写个短信! 写消息! 写邮件! 写短信给{name}! 把这条短信发给{name}! 把这条消息发给我{relative}!
            """,
        "translate": """
            翻译{phrase}! 翻译一下! 翻译一下{phrase}! 翻译这句话! 翻译这个词! 翻译成{language}!
            翻译一下这句话! 把{phrase}翻译成{language}! 把{phrase}译成{language}! 把这句话翻译成{language}!
            把这个词翻译成{language}! 把这条短信翻译成{language}! 把这首歌翻译成{language}!
            把{name}的消息翻译成{language}! 把这段文字译成{language}! 将{phrase}翻译成{language}!
            将这句话翻译成{language}! 用{language}说{phrase}! 用{language}翻译{phrase}!
            用{language}写{phrase}! 用{language}怎么说{phrase}? {phrase}用{language}怎么说?
            {phrase}用{language}怎么写? {phrase}用{language}怎么讲? {phrase}的{language}怎么说?
            {phrase}的{language}是什么? {phrase}{language}怎么说? {phrase}翻译成{language}是什么?
            {language}的{phrase}怎么说? {language}里{phrase}怎么说? {language}里{phrase}是什么?
            这句话用{language}怎么说? 这个词用{language}怎么说? 这个词的{language}是什么? 这句话是什么意思?
            这个词{language}怎么读? 这句{language}是什么意思? 怎么用{language}说{phrase}?
            怎么用{language}写{phrase}? 如何用{language}说{phrase}? 告诉我{phrase}用{language}怎么说~
            教我用{language}说{phrase}~ 我想用{language}说{phrase}. 我想知道{phrase}的{language}怎么说.
            你会用{language}说{phrase}吗? 翻译{phrase}这句话! 翻译{phrase}这个词! 给我翻译{phrase}~
            翻译这句{language}! 给我翻译一下{phrase}~ 翻译{name}说的话! 翻译{phrase}成{language}!
            """,
        "small_talk": """
            你好. 嗨. {daytime}好. {daytime}好，你好吗? 你好吗? 你{today}好吗? 你最近怎么样?
            你{today}过得怎么样? 你叫什么名字? 你是谁? 你是机器人吗? 你几岁了? 你多大了? 你在做什么?
            你在想什么? 你喜欢什么音乐? 你喜欢听音乐吗? 你喜欢{artist}吗? 你喜欢{artist}的歌吗?
            你喜欢{city}吗? 你喜欢下雨吗? 你喜欢什么天气? 你开心吗? 你{today}开心吗? 你会唱歌吗?
            我们做朋友好吗? 我喜欢{genre}音乐. 我很喜欢{artist}. 我很喜欢{city}. 我喜欢下雨天.
            {today}天气真好. {city}的天气真好. {today}真冷. {today}真热啊. 时间过得真快. {today}过得真开心.
            我{today}很开心. 我{today}很累. 我好累啊. 我好无聊. 我睡得很好. 我收到{name}的短信了.
            我{relative}很喜欢你. 谢谢. 谢谢你. 非常谢谢你，你真好. 很高兴认识你. 好久不见. {day}见. 再见.
            晚安. 讲个笑话! 给我讲个笑话~ 说点开心的! 陪我聊聊天~ 告诉我你的名字~ 我收到一条短信.
            我{lately}收到很多短信. 我收到{name}的消息了. 我收到我{relative}的邮件了. 收到{name}的短信真开心.
            {name}发给我的短信真好笑. 我{relative}给我发了短信. 你在听什么? 你在笑什么? 你在忙什么?
            你在看什么? 你在干什么? 你是老师吗? 你是学生吗? 你是我的朋友吗? 你是人还是机器人? 你最近好吗?
            你最近忙吗? 你最近过得怎么样? 你最近在做什么? {today}真累啊. {today}真舒服. {today}真冷啊.
            {city}真热啊. {city}真冷. 天气真好啊. 天气真热. 你喜欢听{artist}的歌吗? 你最喜欢谁的歌?
            我喜欢{artist}的歌. 你的名字真好听. 我收到我{relative}的短信了. 我收到{name}的邮件了.
            我收到一封邮件. 你是女生吗? 你是谁的朋友? 你是人吗? 你喜欢听歌吗? 你喜欢听{genre}音乐吗?
            你喜欢听什么歌? 多谢. 太谢谢你了. 谢谢，再见. 谢谢你陪我聊天. 谢谢，我很开心. 天气真不错.
            天气真冷啊. {today}的天气真热. 天气太热了. 我{lately}收到一条短信. 我收到两条短信. 收到一条短信.
            我喜欢听{genre}音乐. 我喜欢音乐. 我最喜欢{genre}音乐. 我不喜欢{genre}音乐. 你好啊.
            你好，很高兴见到你. 讲一个故事! 给我讲个故事~ 给我讲一个好笑的笑话~ 给我说个笑话~
            我{relative}给我写了信. 我{relative}给我打了电话. {name}给我发了消息.
            {name}给我发了一条短信，我很开心. {name}给我发的消息真好笑. 我{relative}发给我的消息真好笑.
            {name}写给我的信真好笑. 我{lately}收到{name}的消息了. 我收到了一条消息. 我收到消息了. 你会跳舞吗?
            你会画画吗? 你会说话吗? 你会讲笑话吗? 你是男生吗? 你是医生吗? 我是学生. 说点好笑的! 说点有意思的!
            说说你自己! 天气太冷了. {today}太热了. {today}天气太好了. 你几岁? 你多少岁了? 你今年几岁了?
            你在看书吗? 你在找什么? 你在说什么?
            """,
    },
)
