"""Reports of benchmarks and comparisons: one self-contained HTML page each."""

from eval.report.ab import write_ab_report
from eval.report.bench import write_bench_report
from eval.report.compare import write_comparison

__all__ = ["write_ab_report", "write_bench_report", "write_comparison"]
