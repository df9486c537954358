"""Reports that one can hand to others: self-contained HTML pages made from what was recorded."""

from agent.report.run import ReportError, write_report

__all__ = ["ReportError", "write_report"]
