"""The pages of a study and of two studies compared. Nothing is worked out here."""

from eval.usability.report.compared import write_before_after
from eval.usability.report.page import write_study_report

__all__ = ["write_before_after", "write_study_report"]
