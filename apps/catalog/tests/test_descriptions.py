import pytest

from apps.catalog.descriptions import sanitised


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("plain words", "plain words"),
        ("<p>A <b>bold</b> <em>word</em></p>", "<p>A <b>bold</b> <em>word</em></p>"),
        ("<ul><li>one</li></ul>", "<ul><li>one</li></ul>"),
        ("<script>steal()</script>words", "words"),
        ("<style>p{}</style>words", "words"),
        ('<p onclick="steal()" style="color:red" class="x">words</p>', "<p>words</p>"),
        ('<iframe src="https://a.example"></iframe>words', "words"),
        ('<a href="javascript:steal()">words</a>', '<a rel="noopener nofollow">words</a>'),
        (
            '<a href="https://a.example/">words</a>',
            '<a href="https://a.example/" rel="noopener nofollow">words</a>',
        ),
        ('<img src="data:text/html,x" alt="a">', '<img alt="a">'),
        (
            '<img src="https://a.example/a.jpg" alt="a">',
            '<img src="https://a.example/a.jpg" alt="a">',
        ),
        ("<p>open", "<p>open</p>"),
        ("2 < 3 & 4", "2 &lt; 3 &amp; 4"),
        ("<svg><script>steal()</script></svg>", ""),
        ("<math><mi xlink:href='javascript:steal()'>x</mi></math>", ""),
        ("<!-- secret -->words", "words"),
    ],
)
def test_only_harmless_html_is_kept(html, kept):
    assert sanitised(html) == kept


def test_clean_html_stays_as_it_is():
    once = sanitised('<p>2 &lt; 3 <a href="https://a.example/">words</a></p>')

    assert sanitised(once) == once
