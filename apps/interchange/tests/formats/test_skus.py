from apps.interchange.formats.skus import derive_skus


def test_joins_handle_and_option_values():
    assert derive_skus("trug", [()]) == ["TRUG"]
    assert derive_skus("glove", [("Small", "Ink Blue"), ("L", "Moss")]) == [
        "GLOVE_SMALL_INK-BLUE",
        "GLOVE_L_MOSS",
    ]


def test_does_not_depend_on_the_order_of_the_rows():
    assert derive_skus("glove", [("S/M",), ("S M",), ("L",)]) == list(
        reversed(derive_skus("glove", [("L",), ("S M",), ("S/M",)]))
    )


def test_tells_apart_what_reads_alike():
    assert derive_skus("glove", [("S/M",), ("s-m",), ("SM",)]) == [
        "GLOVE_S-M_8FB3888C2A",
        "GLOVE_S-M_C55BD0FB09",
        "GLOVE_SM",
    ]


def test_an_option_without_readable_characters_still_has_a_sku():
    (plain, stars) = derive_skus("tea", [("☆",), ("☆☆",)])
    assert plain != stars
    assert plain.startswith("TEA_")


def test_a_handle_with_an_underscore_cannot_be_taken_for_an_option():
    (of_handle,) = derive_skus("tea_green", [()])
    (of_option,) = derive_skus("tea", [("Green",)])
    assert of_option == "TEA_GREEN"
    assert of_handle.startswith("TEA_GREEN_")


def test_a_long_one_is_cut_and_stays_unique():
    one, other = derive_skus("t" * 80, [("a",), ("b",)])
    assert len(one) == len(other) == 64
    assert one != other
