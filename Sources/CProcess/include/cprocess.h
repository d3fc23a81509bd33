// What Swift's module of glibc leaves out, or cannot call: prctl(2) takes any number of arguments.
#pragma once

#include <stddef.h>

/// From now on the kernel writes no core dump of this process, and lets no other process of the user look into it.
/// A program that takes the process over, or that it starts, is not concerned.
void cprocess_keep_memory_private(void);

/// From now on memory that is given back is overwritten: glibc's allocator does it, for Swift and for every library, but
/// for the few blocks of up to a kilobyte that it lays aside first. A token is longer. Memory newly given is zero.
void cprocess_overwrite_freed_memory(void);

/// execvpe(3). Returns only when it fails, with errno set.
int cprocess_execvpe(const char *file, char *const arguments[], char *const environment[]);

/// Whether a word stands somewhere in bytes (memmem(3)).
int cprocess_holds(const void *bytes, size_t count, const char *word);
