"""The judge server: it says what it thinks of evidence, to those who may ask, once for every question."""
