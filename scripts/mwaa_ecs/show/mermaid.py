"""Writes a picture as a Mermaid flowchart.

https://mermaid.js.org/syntax/flowchart.html
"""

from __future__ import annotations

from mwaa_ecs.show.model import KINDS, Picture

# As Mermaid's entity codes; what is not here stands for itself between quotes.
_CODES = {ord(one): f"#{ord(one)};" for one in '#"&<>`\\[]{}()|*_~'}
_CODES |= dict.fromkeys(map(ord, "\r\n\t"), " ")


def mermaid(picture: Picture) -> str:
    """Return a picture as a flowchart from left to right."""
    number = {node.id: f"n{place}" for place, node in enumerate(picture.nodes)}
    lines = ["flowchart LR"]
    for node in picture.nodes:
        kind = KINDS[node.kind].title
        lines.append(f'  {number[node.id]}["{_text(kind)}<br>{_text(node.name)}"]')
    for edge in picture.edges:
        label = f'|"{_text(edge.label)}"|' if edge.label else ""
        lines.append(f"  {number[edge.source]} -->{label} {number[edge.target]}")
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    return text.translate(_CODES)
