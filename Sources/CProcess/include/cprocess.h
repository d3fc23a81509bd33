// What a process says about itself through prctl(2), which Swift cannot call: it takes any number of arguments.
#pragma once

#include <stddef.h>

/// From now on the kernel writes no core dump of this process, and lets no other process of the user look into it.
/// A program that takes the process over, or that it starts, is not concerned.
void cprocess_keep_memory_private(void);

/// execvpe(3), which Swift's own module of glibc leaves out. Returns only when it fails, with errno set.
int cprocess_execvpe(const char *file, char *const arguments[], char *const environment[]);

/// Whether a word stands somewhere in bytes (memmem(3), which is left out there too).
int cprocess_holds(const void *bytes, size_t count, const char *word);
