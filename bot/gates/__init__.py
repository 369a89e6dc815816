"""Pure judges: the facts of a release in, a verdict with reasons out; one file a kind of gate."""

from bot.gates.sequential_metrics import limits_of
from bot.gates.subject import subject_of, tracks_of
from bot.gates.table import GATES, Judge, UnknownGate, judge, judge_all

__all__ = ["GATES", "Judge", "UnknownGate", "judge", "judge_all", "limits_of", "subject_of", "tracks_of"]
