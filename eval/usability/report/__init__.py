"""The page of a study, made of its result and its logs. Nothing is worked out here."""

from eval.usability.report.page import write_study_report

__all__ = ["write_study_report"]
