// The system calls of the fast path: Embedded Swift has no module for libc.
// Unless noted otherwise, each returns what libc returned, or the negated error number.
#pragma once

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

/// The stamp of a file, which differs between files and changes with every change of a file. Times are nanoseconds since 1970; `special` is the
/// number of the device that it is, or 0.
struct cfastpath_stamp {
  uint64_t device, inode, mode, size;
  int64_t modified, changed;
  uint64_t special;
};

/// The arguments of this process, ending in NULL; the first is the name it was called by.
char *const *cfastpath_arguments(void);
/// The variables of this process, ending in NULL.
char *const *cfastpath_environment(void);
/// Nanoseconds since 1970.
int64_t cfastpath_now(void);
long cfastpath_stat(const char *path, struct cfastpath_stamp *stamp);
/// The target of a symbolic link, without a NUL at its end.
long cfastpath_readlink(const char *path, void *buffer, size_t capacity);
/// The path of the program that runs, without a NUL at its end, in 4096 bytes. Where `/proc` is not mounted, as in a plain
/// chroot, it is the path that the program was executed by, resolved.
long cfastpath_executable(char *buffer);
/// Replaces the process with another program, with the same variables. Returns only if it cannot be started.
long cfastpath_exec(const char *path, char *const *arguments);
/// From now on, writing to a closed pipe is an error and does not end the process.
void cfastpath_ignore_broken_pipes(void);
long cfastpath_write(int file, const void *bytes, size_t count);
/// Fills bytes with zeros; the compiler does not remove it.
void cfastpath_overwrite(void *bytes, size_t count);
/// Ends this process at once.
_Noreturn void cfastpath_exit(int code);
