"""The Chinese test sentences of the eight intents. The notation is that of ``templates.py``.

What ``english_for_test.py`` says of how it came about, and of what may not be done to it, holds here as well. One
sentence in four is in traditional characters.
"""

from rnnviz.tasks.intents.fillings import CHINESE_FILLINGS, TRADITIONAL
from rnnviz.tasks.templates import Grammar

CHINESE_TEST = Grammar(
    language="zh",
    slots=CHINESE_FILLINGS
    | {
        "city": (*CHINESE_FILLINGS["city"], "维也纳", "成都"),
        "song": (*CHINESE_FILLINGS["song"], "海阔天空"),
        "artist": (*CHINESE_FILLINGS["artist"], "林俊杰"),
        "name": (*CHINESE_FILLINGS["name"], "小芳", "陈先生"),
        "place": (*CHINESE_FILLINGS["place"], "动物园"),
    },
    respelling=TRADITIONAL,
    frames={
        "?": ("{}？", "{}?", "{}", "嗨，{}？"),
        "!": ("{}", "{}。", "{}！", "现在{}", "{}，好吗？"),
        "~": ("{}", "{}。", "{}！", "{}，好吗？"),
        ".": ("{}", "{}。", "{}！", "嗨，{}"),
    },
    templates={
        "ask_time": """
            现在大概几点? 这会儿几点了? {city}那边现在几点? 现在{city}是早上还是晚上? 我的手机没电了，现在几点?
            几点啦? 有人知道现在的时间吗? 时间是几点几分? 还没到{time}吧? 现在离{time}还有多久?
            {city}这时候是几点? 帮我看看几点! 不知道现在几点了. 请报时.
            """,
        "ask_weather": """
            {day}天气会怎样? {city}{day}有雨吗? 外面下雪了没有? {day}出去玩会不会太冷? {day}穿什么衣服好?
            {city}这几天热不热? {day}的气温高吗? 我{day}要去{city}，那边天气好吗? 会下雨吗，{day}?
            要不要带把伞? {day}{city}是晴天还是雨天? 说一下{city}的天气! 外面风大吗? {day}最高气温多少度?
            """,
        "set_alarm": """
            {day}{hour}我得起床，别忘了叫我. 闹钟，{time}. 把{time}的闹钟开起来! {time}的时候叫我起来~
            我怕睡过头，{time}叫我. 过{duration}提醒我一下~ 给我来一个{time}的闹钟~ 计时{duration}!
            {day}要早起，{hour}的闹钟. 再加一个闹钟，{time}! {duration}以后响铃! 闹钟要在{day}{hour}响.
            记得{day}{hour}把我叫醒~ 我想让闹钟{time}响.
            """,
        "play_music": """
            有没有{artist}的歌，放一首! 来几首{genre}歌! 想听{song}. 给我听听{artist}的歌~ 下一首歌!
            我现在就想听{genre}音乐. 放首歌来听听! 再放一遍{song}! 有{song}吗，我想听. 睡觉前放点{genre}音乐!
            把音乐开起来! 换成{artist}的歌! 随便放点什么音乐! {artist}的{song}，谢谢.
            """,
        "ask_directions": """
            {place}往哪边走? 怎样才能到{place}? 这附近的{place}在哪? 到{place}坐地铁还是坐公交好?
            走路去{place}要几分钟? {place}是往左还是往右? 我要去{place}，该坐哪路车? 能不能告诉我{place}的方向?
            从{place}去{place}最快怎么走? 离{place}还有多远? 给我导航，去{place}. {place}走哪条路?
            最近的{place}离我多远? 我不知道去{place}的路怎么走.
            """,
        "send_message": """
            给{name}留言，{message}! 跟{name}讲，{message}! 告知我{relative}，{message}! 让{name}知道{message}~
            发条微信给{name}，{message}! 微信我{relative}说{message}! 我想跟{name}说{message}.
            给我{relative}捎个话，{message}! 把{message}发给{name}! 短信发给{name}，内容是{message}!
            回{name}的短信，{message}! 替我问问{name}{day}来不来吃饭~ 写邮件给我{relative}，说{message}!
            对{name}说{message}!
            """,
        "translate": """
            {phrase}的{language}怎么写? {phrase}在{language}里怎么讲? {language}怎么说{phrase}?
            我要把{phrase}翻成{language}. 这个用{language}该怎么说? 把下面的话译成{language}!
            {language}的{phrase}是哪个词? 把{phrase}变成{language}! 教教我{phrase}的{language}~
            给我{phrase}的{language}说法~ 把它翻译成{language}! 从中文翻译成{language}，{phrase}.
            我不会用{language}说{phrase}. {phrase}，{language}是什么?
            """,
        "small_talk": """
            哈喽. 你吃饭了吗? 跟我聊聊吧. 你觉得{city}怎么样? 你会想我吗? 很高兴和你聊天. 我{relative}说你很好.
            祝你{today}开心. 最近好忙. 你有朋友吗? 你喜欢看书还是听歌? 周末过得好吗? 好的，知道了. 你真有意思.
            """,
    },
)
