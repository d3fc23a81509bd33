"""Runs a command where the kernel keyring is refused, as in a container: `python without_kernel_keyring.py [--errno=NAME] COMMAND…`."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_LOAD, _JUMP_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
# add_key, request_key, keyctl
_SYSCALLS = {"x86_64": (248, 249, 250), "aarch64": (217, 218, 219)}


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def refuse_keyctl(refusal: int = errno.EPERM) -> None:
    """From now on the three system calls fail, here and in every child; with EPERM, Docker's default profile does so."""
    numbers = _SYSCALLS[platform.machine()]
    code = struct.pack("HBBI", _LOAD, 0, 0, 0)
    for position, number in enumerate(numbers):
        code += struct.pack("HBBI", _JUMP_EQUAL, len(numbers) - position, 0, number)
    code += struct.pack("HBBI", _RETURN, 0, 0, _ALLOW)
    code += struct.pack("HBBI", _RETURN, 0, 0, _ERRNO | refusal)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in (
        (_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0),
    ):
        if libc.prctl(*arguments) != 0:
            raise OSError(ctypes.get_errno(), "prctl")


if __name__ == "__main__":
    command = sys.argv[1:]
    name = "EPERM"
    if command[0].startswith("--errno="):
        name = command.pop(0).removeprefix("--errno=")
    refuse_keyctl(getattr(errno, name))
    os.execvp(command[0], command)
