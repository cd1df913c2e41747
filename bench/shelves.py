"""A shop with ten thousand products, in bulk and past the actions: for measuring only."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product as every
from types import SimpleNamespace
from uuid import UUID

from django.db import connection

from zhanggui.books.catalogue.actions.index import rebuild_index
from zhanggui.books.catalogue.models import Brand, Category, Product, Sku
from zhanggui.books.prices.models import PriceEntry
from zhanggui.books.stock.models import Level, Location
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.actor import CLOCKWORK

PLACES = (
    ("安溪", "Anxi"), ("武夷山", "Wuyishan"), ("福鼎", "Fuding"), ("政和", "Zhenghe"),
    ("莆田", "Putian"), ("仙游", "Xianyou"), ("古田", "Gutian"), ("漳州", "Zhangzhou"),
    ("平和", "Pinghe"), ("宁德", "Ningde"), ("连江", "Lianjiang"), ("长乐", "Changle"),
    ("泉州", "Quanzhou"), ("德化", "Dehua"), ("永春", "Yongchun"), ("龙岩", "Longyan"),
    ("建宁", "Jianning"), ("霞浦", "Xiapu"), ("东山", "Dongshan"), ("云霄", "Yunxiao"),
)  # fmt: skip
KINDS = (
    ("铁观音", "Tieguanyin", "茶叶"),
    ("大红袍", "Dahongpao", "茶叶"),
    ("白毫银针", "Silver needle", "茶叶"),
    ("茉莉花茶", "Jasmine tea", "茶叶"),
    ("正山小种", "Lapsang souchong", "茶叶"),
    ("桂圆干", "Dried longan", "干货"),
    ("莲子", "Lotus seed", "干货"),
    ("银耳", "Snow fungus", "干货"),
    ("香菇", "Shiitake", "干货"),
    ("紫菜", "Laver", "海味"),
    ("干贝", "Dried scallop", "海味"),
    ("鱿鱼丝", "Shredded squid", "海味"),
    ("虾皮", "Dried shrimp", "海味"),
    ("线面", "Thin noodles", "粮油"),
    ("米粉", "Rice noodles", "粮油"),
    ("茶油", "Camellia oil", "粮油"),
    ("红曲", "Red yeast", "粮油"),
    ("永春老醋", "Aged vinegar", "调味"),
    ("沙茶酱", "Shacha sauce", "调味"),
    ("蜂蜜", "Honey", "调味"),
    ("蜜柚", "Honey pomelo", "果蔬"),
    ("枇杷膏", "Loquat syrup", "调味"),
    ("橄榄", "Olives", "果蔬"),
    ("肉松", "Meat floss", "零食"),
    ("花生糖", "Peanut brittle", "零食"),
)  # fmt: skip
WAYS = (
    ("特级", "Premium"), ("一级", "First grade"), ("手工", "Handmade"), ("有机", "Organic"),
    ("礼盒装", "Gift box"), ("家庭装", "Family pack"), ("陈年", "Aged"), ("新货", "New harvest"),
    ("清香型", "Light"), ("浓香型", "Strong"), ("散装", "Loose"), ("小包装", "Small packs"),
    ("农家", "Farm"), ("老字号", "Time-honoured"), ("精选", "Selected"), ("野生", "Wild"),
    ("头茬", "First picking"), ("即食", "Ready to eat"), ("无糖", "Sugar-free"), ("双拼", "Duo"),
)  # fmt: skip
BRANDS = (
    ("山野集", "Shanye"), ("闽礼", "Minli"), ("海之味", "Haizhiwei"), ("老茶厂", "Old Tea Works"),
    ("福满堂", "Fumantang"), ("荔园", "Liyuan"), ("九仙", "Jiuxian"), ("壶公山", "Hugong"),
)  # fmt: skip
BATCH = 1_000


def lay_out(at: datetime) -> SimpleNamespace:
    """Put 10,000 products of 15,000 SKUs on sale, priced and (but for each ninth) in stock."""
    before = at - timedelta(days=30)
    with guard.writes_open():
        depot, _new = Location.objects.get_or_create(
            code="PT", defaults={"kind": "depot", "area_id": "putian", "opened_at": before}
        )
        shelves = {
            name: Category.objects.create(code=f"B{place}", name_zh=name, name_en=f"Shelf {place}")
            for place, name in enumerate(dict.fromkeys(shelf for _zh, _en, shelf in KINDS))
        }
        brands = [
            Brand.objects.get_or_create(name_zh=zh, defaults={"name_en": en})[0]
            for zh, en in BRANDS
        ]
        Product.objects.bulk_create(
            (
                Product(
                    code=f"BN-{number:05}",
                    name_zh=f"{place_zh}{kind_zh} {way_zh}",
                    name_en=f"{place_en} {kind_en}, {way_en}",
                    category=shelves[shelf],
                    brand=brands[number % len(brands)],
                    unit_zh="袋",
                    origin_zh=f"福建{place_zh}",
                    origin_en=f"{place_en}, Fujian",
                    state="listed",
                    state_at=before + timedelta(minutes=number),
                    created_at=before,
                )
                for number, (
                    (place_zh, place_en),
                    (kind_zh, kind_en, shelf),
                    (way_zh, way_en),
                ) in enumerate(every(PLACES, KINDS, WAYS))
            ),
            batch_size=BATCH,
        )
        skus = Sku.objects.bulk_create(
            (
                Sku(
                    product=product,
                    code=f"{product.code}-{grams}",
                    variant_zh=f"{grams}g 袋装",
                    variant_en=f"{grams} g bag",
                    weight_g=grams,
                    position=place,
                )
                for number, product in enumerate(Product.objects.filter(code__startswith="BN-"))
                for place, grams in enumerate((250, 500)[: 1 + number % 2])
            ),
            batch_size=BATCH,
        )
        PriceEntry.objects.bulk_create(
            (
                PriceEntry(
                    sku=sku, price_fen=900 + number * 37 % 30_000, since_at=when, set_at=when,
                    deed=UUID(int=number),
                )
                for number, sku in enumerate(skus)
                for when in (before, before + timedelta(days=10))
            ),
            batch_size=BATCH,
        )  # fmt: skip
        Level.objects.bulk_create(
            (
                Level(location=depot, sku=sku, on_hand=0 if number % 9 == 0 else 40)
                for number, sku in enumerate(skus)
            ),
            batch_size=BATCH,
        )
    rebuild_index(None, by=CLOCKWORK, at=at)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # as autovacuum would within the minute
            cursor.execute("ANALYZE")
    return SimpleNamespace(depot=depot, products=Product.objects.count(), skus=len(skus))
