// Functions that Swift's module for glibc does not have, or that Swift cannot call because they are variadic, such as prctl(2).
#pragma once

#include <stddef.h>

/// From now on the kernel writes no core dump of this process, and lets no other process of the user read its memory.
/// This does not affect programs that it starts or that replace it.
void cprocess_keep_memory_private(void);

/// From now on freed memory is overwritten: glibc's allocator does it, for Swift and for every library, but
/// for the few blocks of up to a kilobyte that it lays aside first. A token is longer. Memory newly given is zero.
void cprocess_overwrite_freed_memory(void);

/// execvpe(3). Returns only when it fails, with errno set.
int cprocess_execvpe(const char *file, char *const arguments[], char *const environment[]);

/// Whether bytes contain a word (memmem(3)).
int cprocess_contains(const void *bytes, size_t count, const char *word);
