"""Figures as ratios in one run: `make bench` prints them (design, issue 2)."""
