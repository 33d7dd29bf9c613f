"""Unpacks what students hand in as zips, for `nbgrader zip_collect`.

A zip that would fill the disk, leave its folder or cannot be read is passed over with a line in
the log; the others are unpacked.
"""

import re
import shutil
import zipfile
from pathlib import Path, PurePosixPath

from nbgrader.plugins import ExtractorPlugin

from course_lib.checks.process import clean

ROOM, RATIO = 64 << 20, 30
"""A zip may unpack to 64 MB and 30 times its own size: notebooks with pictures take a tenth."""
ROOM_INSIDE = 1 << 30
"""The zips inside one may unpack to 1 GB, and 30 times its size, together."""
MAX_FILES = 5000


class Refused(Exception):
    """A zip that is not unpacked."""


class Unzip(ExtractorPlugin):
    """Unpacks each zip into a folder of its name, and the zips inside one (an LMS's download)."""

    def extract(self, archive_path, extracted_path):
        """Unpack all zips of a folder; copy what is no zip."""
        archive, extracted = Path(archive_path), Path(extracted_path)
        for path in sorted(p for p in archive.rglob("*") if p.is_file() and not p.is_symlink()):
            target = extracted / path.parent.relative_to(archive)
            target.mkdir(parents=True, exist_ok=True)
            if path.suffix in self.zip_ext:
                left = [ROOM_INSIDE + RATIO * path.stat().st_size]
                if folder := self._unpack(path, target, left):
                    for inner in sorted(p for p in folder.rglob("*.zip") if p.is_file()):
                        self._unpack(inner, inner.parent, left)
            else:
                shutil.copyfile(path, target / path.name)

    def _unpack(self, path, target, left):
        """Unpack one zip into a folder of its name and give that; None where it is passed over."""
        folder = target / path.stem
        most = min(ROOM + RATIO * path.stat().st_size, left[0])
        try:
            left[0] -= unpack(path, folder, most)
        except Exception as error:  # noqa: BLE001 (zipfile raises many kinds for a broken zip)
            reason = clean(str(error)) or "it cannot be read"
            self.log.error("Passed over %s: %s", clean(str(path)), reason)
            shutil.rmtree(folder, ignore_errors=True)
            return None
        return folder


def unpack(path, folder, most):
    """Unpack one zip to `most` bytes at most, and give how many they were.

    Raises
    ------
    Refused
        Where it holds too much, or names a file outside of the folder. What was unpacked by then
        is left for the caller to take away.
    """
    left = most
    with zipfile.ZipFile(path) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if len(members) > MAX_FILES:
            raise Refused(f"it holds {len(members)} files")
        for member in members:
            name = PurePosixPath(member.filename.replace("\\", "/"))
            if name.is_absolute() or ".." in name.parts or re.match("[A-Za-z]:", str(name)):
                raise Refused(f"it names a file outside of its folder, {member.filename!r}")
            if (member.external_attr >> 28) == 0xA:
                raise Refused(f"{member.filename!r} is a link")
            if member.flag_bits & 1:
                raise Refused("it asks for a password")
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member) as source, place.open("wb") as file:
                while piece := source.read(1 << 20):
                    left -= len(piece)
                    if left < 0:
                        raise Refused("it unpacks to too much")
                    file.write(piece)
    return most - left
