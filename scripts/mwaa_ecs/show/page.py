"""Writes a picture as one HTML page that loads nothing: SVG, a search, details on a click."""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from importlib.resources import files

from mwaa_ecs.show.layout import HEIGHT, WIDTH, Layout, place
from mwaa_ecs.show.model import KINDS, Picture
from mwaa_ecs.show.writing import as_data

_LONGEST = 30


def page(picture: Picture) -> str:
    """Return a picture as a page. Everything from outside is escaped in it."""
    style, script = _asset("page.css"), _asset("page.js")
    # The browser runs this script and style only, and loads nothing, whatever a name holds.
    policy = f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}"
    title = escape(f"What is connected: {picture.origin}")
    notes = "".join(f"<li>{escape(one)}</li>" for one in picture.notes)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<input id="search" type="search" placeholder="Search" aria-label="Search">
<output id="count"></output>
</header>
<main>
<div id="picture">{_svg(picture, place(picture))}</div>
<aside id="details" aria-live="polite">Click on a thing to see what is known of it.</aside>
</main>
{f"<ul>{notes}</ul>" if notes else ""}
<script type="application/json" id="data">{_json(picture)}</script>
<script>{script}</script>
</body>
</html>
"""


def _asset(name: str) -> str:
    return files("mwaa_ecs.show").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _json(picture: Picture) -> str:
    """Return the data as JSON that cannot end the script element that it stands in."""
    text = json.dumps(as_data(picture), ensure_ascii=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _svg(picture: Picture, layout: Layout) -> str:
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{layout.width}" '
        f'height="{layout.height}" role="group">'
    ]
    for edge in picture.edges:
        source, target = layout.boxes[edge.source], layout.boxes[edge.target]
        x1, y1 = source.x + WIDTH, source.y + HEIGHT // 2
        x2, y2 = target.x, target.y + HEIGHT // 2
        middle = (x1 + x2) // 2
        parts.append(
            f'<path class="edge" data-source="{escape(edge.source)}" '
            f'data-target="{escape(edge.target)}" '
            f'd="M{x1} {y1} C{middle} {y1} {middle} {y2} {x2} {y2}">'
            f"<title>{escape(edge.label)}</title></path>"
        )
    for box in layout.boxes.values():
        node, kind = box.node, KINDS[box.node.kind].title
        parts.append(
            f'<g class="node {node.kind}" data-id="{escape(node.id)}" tabindex="0" '
            f'role="button" transform="translate({box.x} {box.y})">'
            f"<title>{escape(f'{kind} {node.name}')}</title>"
            f'<rect width="{WIDTH}" height="{HEIGHT}" rx="5"></rect>'
            f'<text class="kind" x="9" y="15">{escape(kind)}</text>'
            f'<text x="9" y="31">{escape(_short(node.name))}</text></g>'
        )
    return "".join([*parts, "</svg>"])


def _short(name: str) -> str:
    """Return a name that fits into its box: its beginning and its end."""
    if len(name) <= _LONGEST:
        return name
    half = (_LONGEST - 1) // 2
    return f"{name[:half]}…{name[-half:]}"
