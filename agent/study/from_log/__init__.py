"""What a visit's log answers to a question about it, by rule: quoted, cited, never made up.

For models too small to be asked (`docs/studies.md`). Knows logs, not models.
"""

from agent.study.from_log.answering import LogAnswer, answer_from_log

__all__ = ["LogAnswer", "answer_from_log"]
