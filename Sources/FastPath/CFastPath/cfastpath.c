#include "cfastpath.h"

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static char *const *arguments;

// glibc calls each of these functions with the arguments of main().
__attribute__((constructor)) static void keep_arguments(int count, char **values) {
  (void)count;
  arguments = values;
}

static long outcome(long result) { return result < 0 ? -(long)errno : result; }

static int64_t nanoseconds(struct timespec time) { return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec; }

char *const *cfastpath_arguments(void) { return arguments; }

char *const *cfastpath_environment(void) { return environ; }

int64_t cfastpath_now(void) {
  struct timespec now = {0};
  clock_gettime(CLOCK_REALTIME, &now);
  return nanoseconds(now);
}

long cfastpath_stat(const char *path, struct cfastpath_stamp *stamp) {
  struct stat found;
  if (stat(path, &found) != 0) return outcome(-1);
  *stamp = (struct cfastpath_stamp){found.st_dev,  found.st_ino,
                                 found.st_mode, (uint64_t)found.st_size,
                                 nanoseconds(found.st_mtim), nanoseconds(found.st_ctim),
                                 found.st_rdev};
  return 0;
}

long cfastpath_readlink(const char *path, void *buffer, size_t capacity) {
  return outcome(readlink(path, buffer, capacity));
}

long cfastpath_executable(char *buffer) {
  long length = readlink("/proc/self/exe", buffer, PATH_MAX);
  if (length >= 0) return length;
  const char *executed = (const char *)getauxval(AT_EXECFN);
  return outcome(executed != NULL && realpath(executed, buffer) != NULL ? (long)strlen(buffer) : -1);
}

long cfastpath_exec(const char *path, char *const *arguments) { return outcome(execve(path, arguments, environ)); }

void cfastpath_ignore_broken_pipes(void) { signal(SIGPIPE, SIG_IGN); }

long cfastpath_write(int file, const void *bytes, size_t count) { return outcome(write(file, bytes, count)); }

void cfastpath_overwrite(void *bytes, size_t count) { explicit_bzero(bytes, count); }

_Noreturn void cfastpath_exit(int code) { _exit(code); }
