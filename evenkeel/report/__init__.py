"""Reports: read from the published release, worded, drawn and written as single HTML files."""

from evenkeel.report.issue import ReportConfig, report

__all__ = ["ReportConfig", "report"]
