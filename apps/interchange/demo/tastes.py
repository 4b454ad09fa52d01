"""Which goods of the demo shop are wanted, and which are wanted together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from random import Random

from apps.interchange.formats.record import ProductRecord

# Said of too many goods to tell what goes with what.
_VAGUE_TAGS = {"everyday", "featured", "gift"}
_BOUGHT_TOGETHER = (
    ("fountain-pen", "writing-ink", "clothbound-notebook"),
    ("cedar-pencils", "sketchbook"),
    ("workshop-desk-lamp", "felt-desk-mat", "week-planner-pad"),
    ("stoneware-teapot", "morning-mug", "stovetop-kettle"),
    ("espresso-cups", "copper-milk-pan"),
    ("everyday-plate", "deep-soup-bowl", "ribbed-tumbler"),
    ("carbon-steel-pan", "kitchen-spoons", "pepper-mill"),
    ("cooks-knife", "chopping-block", "linen-tea-towel"),
    ("bread-knife", "bread-board"),
    ("beeswax-pillar-candle", "turned-candlestick"),
    ("olive-oil-soap", "cedar-soap-dish", "waffle-towel", "bath-brush"),
    ("lambswool-throw", "linen-cushion-cover"),
    ("hand-trowel", "terracotta-planter", "garden-twine", "watering-can"),
    ("enamel-camp-mug", "insulated-bottle", "walkers-socks", "wool-picnic-rug"),
    ("canvas-tent", "hurricane-lantern", "camp-hatchet"),
    ("roll-top-backpack", "waxed-washbag", "folding-pocket-knife"),
    ("fishermans-jumper", "merino-beanie"),
    ("oxford-shirt", "leather-satchel"),
)
_PAIRS = {frozenset(pair) for group in _BOUGHT_TOGETHER for pair in combinations(group, 2)}


@dataclass(frozen=True)
class Want:
    """A product of the demo shop, and how much people want it."""

    record: ProductRecord
    popularity: float

    @property
    def slug(self) -> str:
        """Its handle."""
        return self.record.slug

    @property
    def room(self) -> str:
        """The first part of its category path: Kitchen, Home, Desk …"""
        return self.record.category_paths[0][0]

    def goes_with(self, other: "Want") -> float:
        """This function will tell how much more it is wanted beside another product."""
        same_shelf = self.record.category_paths == other.record.category_paths
        shared = {*self.record.tags} & {*other.record.tags} - _VAGUE_TAGS
        together = frozenset({self.slug, other.slug}) in _PAIRS
        return same_shelf + 0.5 * len(shared) + 12 * together


def rank_wants(records: Iterable[ProductRecord], *, dice: Random) -> list[Want]:
    """This function will give published products a popularity: few are bought often, many rarely.

    The product of rank r weighs r^-0.8 (a Zipf distribution, as sales commonly show).
    """
    ranked = [record for record in records if record.is_published]
    dice.shuffle(ranked)
    return [Want(record, rank**-0.8) for rank, record in enumerate(ranked, start=1)]


def choose_products(
    wants: Sequence[Want], *, rooms: Iterable[str], most: int, dice: Random
) -> list[Want]:
    """This function will choose up to `most` products for somebody who likes some rooms best."""
    liked = set(rooms)
    basket: list[Want] = []
    for _ in range(most):
        left = [want for want in wants if want not in basket]
        weights = [_weight(want, basket=basket, liked=liked) for want in left]
        basket += dice.choices(left, weights)
    return basket


def _weight(want: Want, *, basket: Sequence[Want], liked: set[str]) -> float:
    if basket:
        return want.popularity * (0.03 + sum(want.goes_with(other) for other in basket))
    return want.popularity * (4 if want.room in liked else 1)
