#include "cfront.h"

#include <errno.h>
#include <unistd.h>

extern char **environ;

static char *const *arguments;

// glibc hands each of these functions what main() gets.
__attribute__((constructor)) static void keep_arguments(int count, char **values) {
  (void)count;
  arguments = values;
}

static long outcome(long result) { return result < 0 ? -(long)errno : result; }

char *const *cfront_arguments(void) { return arguments; }

char *const *cfront_environment(void) { return environ; }

long cfront_readlink(const char *path, void *buffer, size_t capacity) {
  return outcome(readlink(path, buffer, capacity));
}

long cfront_exec(const char *path, char *const *arguments) { return outcome(execve(path, arguments, environ)); }

long cfront_write(int file, const void *bytes, size_t count) { return outcome(write(file, bytes, count)); }

_Noreturn void cfront_exit(int code) { _exit(code); }
