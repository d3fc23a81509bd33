// What the front asks of the system, which it has no other way to reach: Embedded Swift has no module of libc.
// Each returns what libc returned, or the negated error number.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// The arguments of this process, ending in NULL; the first is the name it was called by.
char *const *cfront_arguments(void);
/// The variables of this process, ending in NULL.
char *const *cfront_environment(void);
/// What a symbolic link says, without a NUL at its end.
long cfront_readlink(const char *path, void *buffer, size_t capacity);
/// Becomes another program, with the same variables. Returns only when it cannot be started.
long cfront_exec(const char *path, char *const *arguments);
long cfront_write(int file, const void *bytes, size_t count);
/// Ends this process at once.
_Noreturn void cfront_exit(int code);
