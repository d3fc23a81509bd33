#define _GNU_SOURCE
#include "cprocess.h"

#include <malloc.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

void cprocess_keep_memory_private(void) { prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L); }

void cprocess_overwrite_freed_memory(void) { mallopt(M_PERTURB, 0xff); }

int cprocess_execvpe(const char *file, char *const arguments[], char *const environment[]) {
  return execvpe(file, arguments, environment);
}

int cprocess_contains(const void *bytes, size_t count, const char *word) {
  return memmem(bytes, count, word, strlen(word)) != NULL;
}
