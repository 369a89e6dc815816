"""Judges beside ourselves: asked all at once, answered with signed votes."""
