"""What the editor of the example company has written: articles and help, in both languages."""

from __future__ import annotations

from typing import Any


def _prose(zh: str, en: str) -> dict[str, Any]:
    return {"type": "prose", "value": {"text_zh": zh, "text_en": en}}


def _picked(zh: str, en: str, *codes: str) -> dict[str, Any]:
    value = {"title_zh": zh, "title_en": en, "source": "picked", "goods": "\n".join(codes)}
    return {"type": "shelf", "value": {**value, "most": 10, "looks": "row"}}


TEA = (
    _prose(
        "<p>茶叶最怕四样：潮、热、光、味。一罐好茶放坏，多半不是日子久，是这四样占了一样。</p>"
        "<h2>先认清是哪一种茶</h2>"
        "<ul><li><strong>清香型铁观音、花茶</strong>：要鲜。密封后放冰箱冷藏，五度左右，半年内喝完。</li>"
        "<li><strong>浓香型铁观音、岩茶、红茶</strong>：焙过火，常温密封、避光就好，一年到两年不走味。</li>"
        "<li><strong>白茶</strong>：越放越醇，常温、干燥、离地离墙，不要放冰箱。</li></ul>"
        "<h2>罐子和袋子</h2>"
        "<p>铁罐、锡罐最省心；玻璃罐好看，但要放在柜子里避光。买回来的大包分成小包，一次只开一包。"
        "罐子先用一点茶末“养”一天，新罐的味道就去掉了。</p>"
        "<h2>三个常犯的错</h2>"
        "<ol><li>茶和香料、干货放一个柜子：茶会把味道全收进来。</li>"
        "<li>从冰箱拿出来马上开封：水汽会结在茶上。先放到室温，再开。</li>"
        "<li>用湿手、湿勺取茶：一次就够让一罐茶发闷。</li></ol>"
        "<blockquote>闻得到霉味、看得到白点的茶，不要洗一洗再喝，直接丢掉。</blockquote>",
        "<p>Tea fears four things: damp, heat, light and smells. When a good tin goes stale, it is "
        "seldom for its age and nearly always for one of these.</p>"
        "<h2>First know your tea</h2>"
        "<ul><li><strong>Light Tieguanyin and scented tea</strong> live by freshness. Seal them, keep "
        "them in the fridge at about five degrees, and drink them within half a year.</li>"
        "<li><strong>Roasted Tieguanyin, rock tea and black tea</strong> have been through the fire. "
        "Sealed and in the dark they keep one to two years at room temperature.</li>"
        "<li><strong>White tea</strong> mellows with the years: room temperature, dry, off the floor "
        "and off the wall. Never in the fridge.</li></ul>"
        "<h2>Tins and bags</h2>"
        "<p>Tinplate and pewter ask for the least care; glass is handsome but belongs in a cupboard. "
        "Divide a large bag into small ones and open one at a time. A pinch of tea dust left in a new "
        "tin for a day takes its smell away.</p>"
        "<h2>Three common mistakes</h2>"
        "<ol><li>Tea in one cupboard with spices or dried fish: it takes in all of it.</li>"
        "<li>Opening tea straight from the fridge: water settles on the leaves. Let it warm first.</li>"
        "<li>A wet hand or spoon: once is enough to dull a whole tin.</li></ol>"
        "<blockquote>Tea that smells of mould or shows white specks is not to be rinsed and drunk. "
        "Throw it away.</blockquote>",
    ),
    _picked("放得住的茶", "Teas that keep well", "TGN", "BHZ", "TGY"),
)

LONGAN = (
    _prose(
        "<p>桂圆干家家都卖，价钱差一倍的也有。不用懂行，看四处就够。</p>"
        "<h2>一看壳</h2><p>壳要完整、黄褐发暗，摸着有细细的颗粒。壳太亮、太黄，多半是刷过的；壳瘪了，肉就薄。</p>"
        "<h2>二摇一摇</h2><p>放耳边摇，不响或只有闷响的好。响得清脆，是肉干了、核在里面滚。</p>"
        "<h2>三剥开看肉</h2><p>肉厚、半透明、红褐色，蒂头那一圈起皱，容易离核。发黑、发黏、有酸味的不要。</p>"
        "<h2>四看核</h2><p>核小才划算。好桂圆的核像黄豆大小，牙一咬就开。</p>"
        "<h2>买回来怎么放</h2><p>密封冷藏，能放一年。梅雨天不要敞着，桂圆最招潮。泡水、煮粥、炖汤都行，"
        "一天七八颗，晚上少吃。</p>",
        "<p>Everyone sells dried longan, and some ask twice as much as others. You need no expert: four "
        "looks are enough.</p>"
        "<h2>One: the shell</h2><p>Whole, a dull yellow brown, finely grained to the touch. Too bright "
        "and too yellow has usually been dyed; a sunken shell means thin flesh.</p>"
        "<h2>Two: shake it</h2><p>No sound or a dull one is good. A clear rattle says the flesh has "
        "dried up and the stone rolls about.</p>"
        "<h2>Three: the flesh</h2><p>Thick, half transparent, reddish brown, wrinkled around the stalk "
        "and easily off the stone. Leave what is black, sticky or sour.</p>"
        "<h2>Four: the stone</h2><p>A small stone is what you want. In good longan it is the size of a "
        "soybean and cracks between the teeth.</p>"
        "<h2>Keeping it</h2><p>Sealed and cool it lasts a year. Never leave it open in the wet season. "
        "Steep it, cook it with rice, or simmer it in soup: seven or eight a day, few at night.</p>",
    ),
    _picked("我们自己挑的", "Chosen by ourselves", "GYG", "LZI"),
)

SOUP = (
    _prose(
        "<p>莲子银耳羹看着简单，炖不出胶、莲子不酥，都是火候没到。照这三步，一次就成。</p>"
        "<h2>一、泡</h2><p>银耳用冷水泡两个小时，剪去黄蒂，撕成小朵。莲子不用泡，泡了反而煮不酥；"
        "下锅前用热水冲一下就行。</p>"
        "<h2>二、炖</h2><p>银耳先下，水一次放足，大火烧开转小火炖四十分钟，汤稠了再放莲子。</p>"
        "<h2>三、放糖</h2><p>莲子能用勺子压碎，再放桂圆肉、红枣和冰糖，炖十分钟关火，焖半个小时。"
        "糖放早了，莲子就硬。</p>"
        "<p>四个人的量：银耳半朵，莲子五十克，桂圆肉二十克，红枣六颗，冰糖三十克，水两升。</p>",
        "<p>It looks simple, and yet the soup stays thin and the seeds stay hard when the fire was not "
        "right. In these three steps it works the first time.</p>"
        "<h2>One: soak</h2><p>Soak the white fungus in cold water for two hours, cut off the yellow "
        "base and tear it small. Do not soak the lotus seeds, they would never soften: rinse them with "
        "hot water just before they go in.</p>"
        "<h2>Two: simmer</h2><p>The fungus first, all the water at once. Boil, then simmer for forty "
        "minutes. Once the soup thickens, add the seeds.</p>"
        "<h2>Three: sugar last</h2><p>When a spoon crushes a seed, add longan flesh, red dates and rock "
        "sugar, simmer ten minutes, and let it stand for half an hour. Sugar too early keeps the seeds "
        "hard.</p>"
        "<p>For four: half a white fungus, 50 g lotus seeds, 20 g longan flesh, six red dates, 30 g "
        "rock sugar, two litres of water.</p>",
    ),
    _picked("这一锅要用的", "What goes into the pot", "LZI", "GYG"),
)

ARTICLES: tuple[dict[str, Any], ...] = (
    {
        "slug": "keep-tea", "ago": 19, "cover": "keep-tea",
        "alt_zh": "茶罐、盖碗和一小堆茶叶", "alt_en": "A tea tin, a lidded cup and a heap of leaves",
        "title_zh": "茶叶怎么存，才不跑味", "title_en": "How to keep tea so that it stays itself",
        "summary_zh": "怕潮、怕热、怕光、怕味：哪种茶放冰箱，哪种千万别放，一次说清。",
        "summary_en": "Damp, heat, light and smells: which tea belongs in the fridge, and which never.",
        "body": TEA,
    },
    {
        "slug": "choose-longan", "ago": 12, "cover": "choose-longan",
        "alt_zh": "一碟桂圆干，有的剥开了", "alt_en": "A dish of dried longan, some of it opened",
        "title_zh": "挑桂圆干，看四处就够", "title_en": "Four looks tell a good dried longan",
        "summary_zh": "看壳、摇一摇、看肉、看核。不用懂行，也不会买贵。",
        "summary_en": "Shell, sound, flesh and stone. No expert needed, and no money wasted.",
        "body": LONGAN,
    },
    {
        "slug": "lotus-seed-soup", "ago": 5, "cover": "lotus-seed-soup",
        "alt_zh": "一碗莲子银耳羹，旁边是莲子", "alt_en": "Lotus seed soup, and seeds beside it",
        "title_zh": "一碗莲子银耳羹，火候在这三步",
        "title_en": "Lotus seed and white fungus soup in three steps",
        "summary_zh": "莲子别泡、糖别早放：炖得出胶、莲子酥的家常做法。",
        "summary_en": "Do not soak the seeds, do not hurry the sugar: a home recipe that works.",
        "body": SOUP,
    },
)  # fmt: skip
"""Published articles: address, days ago, picture, words and sections."""

PLANNED: dict[str, Any] = {
    "slug": "winter-rock-tea",
    "title_zh": "天冷了，喝一泡岩茶",
    "title_en": "Cold days, and a cup of rock tea",
    "summary_zh": "水要开、出汤要快：家里没有茶桌，也能把岩茶泡好。",
    "summary_en": "Boiling water, short steeping: how to brew rock tea without a tea table.",
    "body": (
        _prose(
            "<p>岩茶焙过火，天冷喝最舒服。家里没有茶桌也不要紧，一个盖碗、一个杯子就够。</p>"
            "<ol><li>茶八克，水一百毫升，一定要滚开。</li><li>头三泡五秒出汤，后面每泡加五秒。</li>"
            "<li>喝到第七泡，再焖一分钟，甜味还在。</li></ol>",
            "<p>Rock tea has been roasted over charcoal: nothing suits cold days better. A lidded cup "
            "and a bowl are enough.</p>"
            "<ol><li>Eight grams of tea, a hundred millilitres of water, truly boiling.</li>"
            "<li>Five seconds for the first three, five more for each after that.</li>"
            "<li>Let the seventh stand for a minute: the sweetness is still there.</li></ol>",
        ),
        _picked("这时候喝的茶", "Teas for the season", "TGN"),
    ),
}
"""An article that goes live in three days."""

HELP: tuple[dict[str, Any], ...] = (
    {
        "slug": "order", "title_zh": "怎么下单", "title_en": "How to order",
        "summary_zh": "不用注册，选好地区，一页填完。",
        "summary_en": "No account: choose your district and fill in one page.",
        "body": (_prose(
            "<ol><li>先选送到哪个区：看得到能不能送、几点前送到。</li>"
            "<li>把要的东西放进购物车。</li>"
            "<li>填收货人、手机、地址。整段地址贴进去，会自动分好。</li>"
            "<li>下单。我们核对地址、备好货，再送出。</li></ol>"
            "<p>下单后会给您一个订单页面，收藏它：到哪一步了、谁来送、要付多少，都在上面。"
            "出发之前可以在上面改地址或者取消。</p>"
            '<p>要看哪些地方能送，点<a href="/shop/district/">配送范围</a>。</p>',
            "<ol><li>Choose your district first: you see whether and by when we are there.</li>"
            "<li>Put what you want into the cart.</li>"
            "<li>Fill in name, phone and address. Paste a whole address and it sorts itself.</li>"
            "<li>Order. We check the address, pack the goods and set out.</li></ol>"
            "<p>You then get a page of your own for the order. Keep it: it says how far we are, who "
            "brings it and what to pay. Before the courier sets out you can change the address or "
            "cancel there.</p>"
            '<p>All districts stand under <a href="/shop/district/">Where we deliver</a>.</p>',
        ),),
    },
    {
        "slug": "cash-on-delivery", "title_zh": "货到付款", "title_en": "Cash on delivery",
        "summary_zh": "货到了，当面看过，再付现金。", "summary_en": "Look at the goods, then pay cash.",
        "body": (_prose(
            "<p>不用先付钱。快递员送到门口，您当面看货、点数，没有问题再付现金。</p>"
            "<ul><li>要付多少，订单页面上写得清清楚楚，不另收运费。</li>"
            "<li>快递员带着零钱，也欢迎准备好整数。</li>"
            "<li>想先转账也行，下单时选。账号只写在您自己的订单页面上：电话、短信里报的账号，都不是我们的。</li></ul>",
            "<p>Nothing is paid in advance. At the door you look at the goods and count them, and only "
            "then pay in cash.</p>"
            "<ul><li>The amount stands on the page of your order. Delivery is free.</li>"
            "<li>Couriers carry change; the exact sum is welcome.</li>"
            "<li>If you would rather pay ahead by transfer, choose it when you order. The account "
            "stands on the page of your own order and nowhere else: whoever names one on the phone "
            "or in a message is not us.</li></ul>",
        ),),
    },
    {
        "slug": "hand-back", "title_zh": "拒收和退货", "title_en": "Handing goods back",
        "summary_zh": "不满意，当面退；只退一部分也行。",
        "summary_en": "Hand back at the door what does not suit, all of it or part.",
        "body": (_prose(
            "<h2>当面退</h2><p>货不对、有破损、不想要了，当面交还给快递员就行，只退其中几样也可以。"
            "退掉的不用付钱，不收任何费用。</p>"
            "<h2>看好了再付</h2><p>快递员在门口等您看货，别着急。付了钱、收下的货，现在还不能在网上退。"
            "回头发现哪里不好，写进订单页面的评价里，我们在这张订单上看得到。</p>",
            "<h2>At the door</h2><p>Wrong, damaged or no longer wanted: give it back to the courier, all "
            "of it or a few pieces. You pay only for what you keep, and nothing for the way.</p>"
            "<h2>Look first, then pay</h2><p>The courier waits while you look: take your time. What you "
            "have paid for and kept cannot be handed back here yet. If something turns out bad later, "
            "say so in the rating on the page of your order: we see it there.</p>",
        ),),
    },
    {
        "slug": "delivery", "title_zh": "配送范围和时间", "title_en": "Where and when we deliver",
        "summary_zh": "自家配送，截单时间和送达时间每个区都写着。",
        "summary_en": "Our own couriers; each district has its times.",
        "body": (_prose(
            "<p>莆田、泉州由我们自己的快递员送货上门。截单时间以前下单，当天送到；过了截单时间，第二天送到。"
            '每个区几点截单、几点前送到，见<a href="/shop/district/">配送范围</a>。</p>'
            "<p>缺货的东西也能下单，我们会打电话跟您商量：等一等、换一样，还是不要了。</p>"
            "<p>家里没人，快递员会先打电话。没送到的，货先回仓库，再跟您商量改天送还是取消；没收到货，不用付钱。</p>",
            "<p>In Putian and Quanzhou our own couriers come to your door. Ordered before the time of "
            "your district it is there the same day, later the next day. All times stand under "
            '<a href="/shop/district/">Where we deliver</a>.</p>'
            "<p>What is out of stock can be ordered too: we call you and agree whether to wait, to take "
            "something else or to leave it.</p>"
            "<p>If nobody is at home, the courier calls first. The goods then go back to the depot, and "
            "we agree with you on another day or call it off. You owe nothing for what did not come.</p>",
        ),),
    },
    {
        "slug": "privacy", "title_zh": "您的资料", "title_en": "Your data",
        "summary_zh": "只留送货用得着的，谁看过都有记录。",
        "summary_en": "We keep what delivery needs, and record who has looked.",
        "body": (_prose(
            "<p>下单要填姓名、手机和地址，只用来送这一单和跟您联系。</p>"
            "<ul><li>员工平时看到的是遮住中间的手机号；要看完整号码，系统会记下是谁、什么时候看的。</li>"
            "<li>购物车、选的地区记在您自己的浏览器里，九十天不来就没有了。</li>"
            "<li>访问统计用一个随机编号分清新老访客，不含姓名和电话，半年后失效。</li>"
            "<li>我们不把您的资料卖给或交给任何广告商。</li></ul>",
            "<p>Name, phone and address are asked for to deliver this order and to reach you, and for "
            "nothing else.</p>"
            "<ul><li>Staff usually see a phone number with its middle covered. Whoever uncovers it is "
            "put on record, with the time.</li>"
            "<li>Your cart and district stay in your own browser and are gone after ninety days "
            "without a visit.</li>"
            "<li>Statistics tell new from returning visitors by a random number without name or phone; "
            "it ends after half a year.</li>"
            "<li>We sell and give your data to no advertiser.</li></ul>",
        ),),
    },
)  # fmt: skip
"""Help pages in their order."""
