"""A process that calls `isolate` is killed when it starts another process or talks to one."""

from __future__ import annotations

import ctypes
import platform
import signal
import struct

DEATH = -signal.SIGSYS
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_LOAD, _JUMP_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _KILL_PROCESS = 0x7FFF0000, 0x80000000
# socket, connect, socketpair, sendto, sendmsg; clone, fork, vfork, clone3; add_key, request_key, keyctl
_SYSCALLS = {
    "x86_64": (41, 42, 53, 44, 46, 56, 57, 58, 435, 248, 249, 250),
    "aarch64": (198, 203, 199, 206, 211, 220, 435, 217, 218, 219),
}


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def _compiled() -> ctypes.Array[ctypes.c_char]:
    code = struct.pack("HBBI", _LOAD, 0, 0, 0)
    numbers = _SYSCALLS[platform.machine()]
    for position, number in enumerate(numbers):
        code += struct.pack("HBBI", _JUMP_EQUAL, len(numbers) - position, 0, number)
    code += struct.pack("HBBI", _RETURN, 0, 0, _ALLOW) + struct.pack("HBBI", _RETURN, 0, 0, _KILL_PROCESS)
    return ctypes.create_string_buffer(code, len(code))


_CODE = _compiled()
_LIBC = ctypes.CDLL(None, use_errno=True)


def isolate() -> None:
    """For `preexec_fn`: applies to the program that is executed next, and to all that it executes."""
    program = _Program(len(_CODE) // 8, ctypes.addressof(_CODE))
    for arguments in (
        (_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0),
    ):
        if _LIBC.prctl(*arguments) != 0:
            raise OSError(ctypes.get_errno(), "prctl")
