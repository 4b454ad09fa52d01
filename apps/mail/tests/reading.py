"""Reading a mail as its recipient does."""

import re
from html import unescape

from django.core.mail import EmailMultiAlternatives
from django.utils.html import strip_tags


def shown(message: EmailMultiAlternatives) -> list[str]:
    """This function will return the lines of the HTML part, as they are seen."""
    ((html, kind),) = message.alternatives
    assert kind == "text/html"
    body = re.sub(r"\s+", " ", html.partition("<body>")[2])
    blocks = re.split(r"</?(?:h1|h2|p|tr|table|main|footer|body|html)\b[^>]*>|<br>", body)
    lines = (unescape(strip_tags(block.replace("</td>", " "))) for block in blocks)
    return [" ".join(line.split()) for line in lines if line.strip()]
