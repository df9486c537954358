"""How data sets of sessions are kept: lines, layouts, Parquet, and what is wrong with them."""
