"""What an installation is told from outside: its environment, and the models of interlock.yaml."""

from bot.settings.installation import Installation
from bot.settings.mistakes import ConfigurationError, Problem
from bot.settings.process import ENVIRONMENT, Settings, variables_of

__all__ = ["ENVIRONMENT", "ConfigurationError", "Installation", "Problem", "Settings", "variables_of"]
