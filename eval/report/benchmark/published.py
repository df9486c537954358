"""The published numbers a benchmark is read beside, in percent. Data only.

From Lu et al. 2025 (arXiv 2503.20749), tables of prompted and fine-tuned models: session-macro
accuracy and outcome F1 on that paper's own, unpublished data; and OPeRA's test set (micro accuracy,
weighted outcome F1) as reported by OPeRA and Customer-R1.
"""

from __future__ import annotations

from typing import NamedTuple

PROTOCOLS = (
    (
        "Lu et al. 2025",
        "its own logs, 31,865 sessions, not published",
        "exact match averaged per session, from the second action on",
        "F1 of buying (positive class: a click that buys), on the last step",
    ),
    (
        "OPeRA",
        "its filtered test set: 90 sessions, 902 scored actions",
        "exact match over all actions",
        "F1 of buying and of leaving, each weighted by how often it is true",
    ),
    (
        "Customer-R1",
        "the same 902 actions; trained on OPeRA's train part, which has the same users",
        "as OPeRA",
        "as OPeRA; its macro F1 (78.50) is of types of action, weighing rare ones as much",
    ),
)
"""Who published what: data, what their accuracy is, and their outcome. They differ, so that a row
of one is not to be held against a row of another."""

PERSONAS = (("the user's own", 39.58), ("none", 37.8), ("another user's", 28.9))
"""Exact match of Customer-R1 (arXiv 2510.07230) by the persona it is shown, in percent."""


class Published(NamedTuple):
    """A published result in percent. `accuracy` is session-macro in `PAPER`, micro in `OPERA`;
    `outcome` is the F1 of buying in `PAPER`, the weighted F1 in `OPERA`."""

    system: str
    accuracy: float | None
    outcome: float


PAPER = (
    Published("Qwen2.5 7B, fine-tuned with reasoning", 17.26, 33.86),
    Published("Qwen2.5 7B, fine-tuned on actions", 16.67, 26.92),
    Published("Qwen2.5 1.5B, fine-tuned with reasoning", 16.06, 27.69),
    Published("Mistral 7B v0.3, fine-tuned with reasoning", 15.84, 30.12),
    Published("Llama 3.2 3B, fine-tuned with reasoning", 15.77, 33.99),
    Published("DeepSeek-R1, prompted", 11.86, 20.01),
    Published("Claude 3.5 Sonnet v2, prompted", 11.69, 18.54),
    Published("Llama 3.1 70B, prompted", 8.19, 12.69),
    Published("Qwen2.5 7B, prompted", 4.25, 11.94),
    Published("Llama 3.2 1B, prompted", 3.71, 3.09),
    Published("always buy (13.9 % of sessions do)", None, 24.4),
)

OPERA = (
    Published("Customer-R1 (Qwen2.5 7B), SFT with RL", 39.58, 79.45),
    Published("Customer-R1 (Qwen2.5 7B), SFT", 35.14, 75.85),
    Published("GPT-4.1, prompted", 21.51, 47.54),
    Published("DeepSeek-R1, prompted", 14.75, 46.36),
    Published("Claude 3.7, prompted", 10.75, 43.52),
    Published("always buy", None, 39.68),
)
