"""The Protocols between the rules and the outside."""

from bot.ports.catalogue import Catalogue
from bot.ports.clock import Clock
from bot.ports.deploying import Deployer, DeployerRetry, Order, Progress, Report
from bot.ports.measuring import Asked, Source
from bot.ports.signing import Signer
from bot.ports.slack import Directory, Messenger, MessengerBusy, MessengerRefused, MessengerUnsure
from bot.ports.storage import Claim, Fenced, QueueDepth, Reader, SlotTaken, StaleCopy, Store, Unit

__all__ = [
    "Asked",
    "Catalogue",
    "Claim",
    "Clock",
    "Deployer",
    "DeployerRetry",
    "Directory",
    "Fenced",
    "Messenger",
    "MessengerBusy",
    "MessengerRefused",
    "MessengerUnsure",
    "Order",
    "Progress",
    "QueueDepth",
    "Reader",
    "Report",
    "Signer",
    "SlotTaken",
    "Source",
    "StaleCopy",
    "Store",
    "Unit",
]
