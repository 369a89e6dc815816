"""The use cases: the one road, the workers that carry effects out, and the questions."""
