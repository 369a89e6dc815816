"""Measuring: what is counted, and how figures are made of it."""
