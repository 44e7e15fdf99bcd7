"""A disk whose power can be cut: what was not synced when it goes survives only by chance, and perhaps torn.

SQLCipher's library lets a VFS (sqlite.org/vfs.html) be put in as the default, so the appliance's own code runs on it unchanged.
Ours passes everything on to the real one and notes each write, and each sync that makes the writes before it lasting.
"""

from __future__ import annotations

import ctypes
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlcipher3._sqlite3

_OK = 0
_POINTER = ctypes.c_void_p
_NAME, _APP_OPEN, _APP_DELETE = 24, 40, 48
_VFS_BYTES, _METHODS_BYTES = 168, 152
"""struct sqlite3_vfs and struct sqlite3_io_methods, both of version 3."""
_WRITE, _TRUNCATE, _SYNC = 24, 32, 40
_Open = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, _POINTER, _POINTER, ctypes.c_int, _POINTER)
_Delete = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, ctypes.c_char_p, ctypes.c_int)
_Write = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, _POINTER, ctypes.c_int, ctypes.c_int64)
_Truncate = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, ctypes.c_int64)
_Sync = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, ctypes.c_int)


@dataclass
class _File:
    lasting: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    """Where and what; None instead of bytes cuts the file off there."""


class Disk:
    """What the files hold for certain, and what was written since."""

    def __init__(self) -> None:
        self._files: dict[str, _File] = {}
        self._open: dict[int, str] = {}
        self._methods: dict[int, tuple[ctypes.Array[ctypes.c_char], list[object]]] = {}
        self._library = ctypes.CDLL(sqlcipher3._sqlite3.__file__)
        self._library.sqlite3_vfs_find.restype = _POINTER
        self._library.sqlite3_vfs_register.argtypes = [_POINTER, ctypes.c_int]
        self._library.sqlite3_vfs_unregister.argtypes = [_POINTER]
        self._real = self._library.sqlite3_vfs_find(None)
        self._vfs = ctypes.create_string_buffer(ctypes.string_at(self._real, _VFS_BYTES), _VFS_BYTES)
        self._name = ctypes.create_string_buffer(b"cut")
        self._real_open = _Open(_read(self._real + _APP_OPEN))
        self._real_delete = _Delete(_read(self._real + _APP_DELETE))
        self._callbacks = [_Open(self._opened), _Delete(self._deleted)]
        at = ctypes.addressof(self._vfs)
        _put(at + _NAME, ctypes.addressof(self._name))
        for place, callback in zip((_APP_OPEN, _APP_DELETE), self._callbacks, strict=True):
            _put(at + place, _address(callback))

    @contextmanager
    def plugged_in(self) -> Iterator[None]:
        """Every database opened in the meantime lies on this disk; it must be closed in the meantime too."""
        self._library.sqlite3_vfs_register(ctypes.addressof(self._vfs), 1)
        try:
            yield
        finally:
            self._library.sqlite3_vfs_unregister(ctypes.addressof(self._vfs))
            self._library.sqlite3_vfs_register(self._real, 1)

    def cut(self, dice: random.Random, folder: Path) -> None:
        """Write into `folder` what would be found after the power went now."""
        folder.mkdir()
        for path, file in self._files.items():
            content = bytearray(file.lasting)
            for place, data in file.pending:
                if dice.random() < 0.5:
                    torn = data is not None and dice.random() < 0.3
                    _apply(content, place, data[: dice.randint(1, len(data))] if torn and data else data)
            (folder / Path(path).name).write_bytes(content)

    def _opened(self, vfs: int, name: int | None, file: int, flags: int, out: int) -> int:  # noqa: ARG002  # its type
        status = self._real_open(self._real, name, file, flags, out)
        if status == _OK and name:
            path = ctypes.string_at(name).decode()  # the pointer itself is handed on: SQLite keeps it as long as the file is open
            self._open[file] = path
            self._files.setdefault(path, _File())
            _put(file, self._watched(_read(file)))
        return int(status)

    def _deleted(self, vfs: int, name: bytes, sync: int) -> int:  # noqa: ARG002  # its type
        self._files.pop(name.decode(), None)
        return int(self._real_delete(self._real, name, sync))

    def _watched(self, methods: int) -> int:
        """The address of methods like these, that note what passes."""
        if methods not in self._methods:
            copy = ctypes.create_string_buffer(ctypes.string_at(methods, _METHODS_BYTES), _METHODS_BYTES)
            write, truncate = _Write(_read(methods + _WRITE)), _Truncate(_read(methods + _TRUNCATE))

            def written(file: int, data: int, count: int, place: int) -> int:
                self._file(file).pending.append((place, ctypes.string_at(data, count)))
                return int(write(file, data, count, place))

            def truncated(file: int, size: int) -> int:
                self._file(file).pending.append((size, None))
                return int(truncate(file, size))

            def synced(file: int, flags: int) -> int:  # noqa: ARG001  # its type
                known = self._file(file)
                for place, data in known.pending:
                    _apply(known.lasting, place, data)
                known.pending.clear()
                return _OK  # the real disk is not waited for: this one is the one that counts

            callbacks: list[object] = [_Write(written), _Truncate(truncated), _Sync(synced)]
            for place, callback in zip((_WRITE, _TRUNCATE, _SYNC), callbacks, strict=True):
                _put(ctypes.addressof(copy) + place, _address(callback))
            self._methods[methods] = (copy, [*callbacks, write, truncate])
        return ctypes.addressof(self._methods[methods][0])

    def _file(self, file: int) -> _File:
        return self._files.setdefault(self._open[file], _File())


def _apply(content: bytearray, place: int, data: bytes | None) -> None:
    if data is None:
        del content[place:]
        return
    content.extend(bytes(max(0, place - len(content))))
    content[place : place + len(data)] = data


def _read(address: int) -> int:
    return ctypes.c_void_p.from_address(address).value or 0


def _put(address: int, value: int) -> None:
    ctypes.c_void_p.from_address(address).value = value


def _address(callback: object) -> int:
    return ctypes.cast(callback, _POINTER).value or 0  # type: ignore[arg-type]  # a function pointer
