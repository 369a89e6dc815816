"""Which archive is which."""

from pathlib import Path

from bot.adapters.archive.directory import DirectoryKeeps
from bot.ports import Archive
from bot.settings.evidence import DirectoryArchive, S3Archive


def open_archive(spec: DirectoryArchive | S3Archive) -> Archive:
    """The archive that is configured. Raises ArchiveRefused for one that cannot even be addressed."""
    if isinstance(spec, DirectoryArchive):
        return DirectoryKeeps(Path(spec.path))
    from bot.adapters.archive.s3 import S3Keeps, open_client  # heavy, and needed by few

    return S3Keeps(open_client(spec.region, spec.endpoint_url), spec.bucket, spec.prefix, spec.mode)
