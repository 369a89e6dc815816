"""The Protocols between the rules and the outside."""

from bot.ports.catalogue import Catalogue
from bot.ports.clock import Clock
from bot.ports.deploying import Deployer, DeployerRetry, Order, Progress, Report
from bot.ports.keeping import (
    Archive,
    ArchiveAway,
    ArchiveRefused,
    Deposit,
    Kept,
    Parcel,
    Point,
    Shipment,
    Vault,
    VaultFlawed,
)
from bot.ports.measuring import Asked, Source
from bot.ports.signing import Signer
from bot.ports.slack import Directory, Messenger, MessengerBusy, MessengerRefused, MessengerUnsure
from bot.ports.storage import Claim, Fenced, QueueDepth, Reader, SlotTaken, StaleCopy, Store, Unit

__all__ = [
    "Archive",
    "ArchiveAway",
    "ArchiveRefused",
    "Asked",
    "Catalogue",
    "Claim",
    "Clock",
    "Deployer",
    "DeployerRetry",
    "Deposit",
    "Directory",
    "Fenced",
    "Kept",
    "Messenger",
    "MessengerBusy",
    "MessengerRefused",
    "MessengerUnsure",
    "Order",
    "Parcel",
    "Point",
    "Progress",
    "QueueDepth",
    "Reader",
    "Report",
    "Shipment",
    "Signer",
    "SlotTaken",
    "Source",
    "StaleCopy",
    "Store",
    "Unit",
    "Vault",
    "VaultFlawed",
]
