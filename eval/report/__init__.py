"""Reports of benchmarks and comparisons: one self-contained HTML page each."""

from eval.report.bench import write_bench_report
from eval.report.compare import write_comparison

__all__ = ["write_bench_report", "write_comparison"]
