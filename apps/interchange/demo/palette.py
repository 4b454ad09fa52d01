"""The colours of the demo shop: what its things are made of and what they are shown on."""

from functools import cache

from PIL import ImageColor

Colour = tuple[int, ...]

# Each colour a thing can have, with the ground that it is shown on.
PALETTE = {
    "ash": ("#D9BF98", "#DCE3DF"),
    "beech": ("#D3A878", "#E3E6DC"),
    "black": ("#3A3C40", "#E6DDD0"),
    "brass": ("#C6A052", "#DDE2E0"),
    "charcoal": ("#4B4F54", "#E8DFD3"),
    "chestnut": ("#8A5238", "#EBDFCE"),
    "copper": ("#C27B52", "#DCE4E2"),
    "cream": ("#F3EAD8", "#CBD3CB"),
    "forest": ("#3F5F4C", "#EBE3D2"),
    "ink-blue": ("#3B4F73", "#EDE2D0"),
    "mustard": ("#D3A13B", "#E2E2DA"),
    "oak": ("#C79A64", "#E0E5DF"),
    "oat": ("#DECBAA", "#D5DBD5"),
    "olive": ("#7C7C49", "#ECE4D2"),
    "olive-wood": ("#AD7C46", "#E3E5DA"),
    "oxblood": ("#7A3338", "#EBDFD4"),
    "rust": ("#B5593A", "#E5E2D6"),
    "sage": ("#93A78B", "#F0E7D9"),
    "sand": ("#CDB48D", "#DFE4E1"),
    "sky": ("#A3BFD2", "#F1E8DA"),
    "slate": ("#6F7F8B", "#ECE3D6"),
    "steel": ("#AEB6BA", "#E9E0D2"),
    "terracotta": ("#C8764F", "#E4E6DC"),
    "walnut": ("#7B543A", "#E6E0D2"),
    "white": ("#FAF7F0", "#C6D0D2"),
}

# Tones that are the same whatever the colour of the thing; two digits more are an opacity.
FIXED_TONES = {
    "brass": "#C6A052",
    "cocoa": "#6B4630",
    "cream": "#F6EEDD",
    "flame": "#EFA23E",
    "glass": "#DCE8E8B0",
    "glow": "#FFE9A866",
    "ink": "#34373B",
    "leaf": "#6F8F62",
    "leather": "#94623F",
    "shade": "#2A221C22",
    "shadow": "#2A221C30",
    "shine": "#FFFFFF5C",
    "steel": "#B4BCC0",
    "water": "#A9CBD366",
    "wood": "#C79A64",
}


@cache
def mix_tones(colour: str) -> dict[str, Colour]:
    """This function will return every tone that a thing of this colour is painted with."""
    base, ground = (ImageColor.getrgb(code) for code in PALETTE[colour])
    return {
        **{name: ImageColor.getrgb(code) for name, code in FIXED_TONES.items()},
        "base": base,
        "deep": _blend(base, (32, 26, 24), 0.24),
        "pale": _blend(base, (255, 252, 244), 0.34),
        "ground": ground,
        "table": _blend(ground, (96, 78, 60), 0.13),
        "halo": _blend(ground, (255, 253, 248), 0.5),
        "cast": _blend(ground, (60, 48, 38), 0.17),
    }


def _blend(colour: Colour, other: Colour, share: float) -> Colour:
    return tuple(
        round(mine + (its - mine) * share) for mine, its in zip(colour, other, strict=True)
    )
