"""One file per claim of speed. Each measures both sides of a ratio in the same run, because only ratios travel."""
