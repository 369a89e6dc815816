"""Every test here runs on both databases."""

from tests.stores import database_url as database_url
from tests.stores import empty_database_url as empty_database_url
from tests.stores import store as store
