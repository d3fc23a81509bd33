// What the front asks of the system, which it has no other way to reach: Embedded Swift has no module of libc.
// Where nothing else is said, each returns what libc returned, or the negated error number.
#pragma once

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

/// What tells a file from any other, and from itself before a change. Times are nanoseconds since 1970; `special` is the
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
/// What a symbolic link says, without a NUL at its end.
long cfastpath_readlink(const char *path, void *buffer, size_t capacity);
/// Becomes another program, with the same variables. Returns only when it cannot be started.
long cfastpath_exec(const char *path, char *const *arguments);
/// From now on a reader that has gone away is an error of a write, not the end of the process.
void cfastpath_ignore_broken_pipes(void);
long cfastpath_write(int file, const void *bytes, size_t count);
/// Fills bytes with zeros, though nobody will read them.
void cfastpath_overwrite(void *bytes, size_t count);
/// Ends this process at once.
_Noreturn void cfastpath_exit(int code);
