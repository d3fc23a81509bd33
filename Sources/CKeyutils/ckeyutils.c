#include "ckeyutils.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

static long outcome(long result) { return result < 0 ? -(long)errno : result; }

long ckeyutils_add_key(const char *type, const char *description, const void *payload, size_t length,
                       int32_t keyring) {
  return outcome(syscall(SYS_add_key, type, description, payload, length, (long)keyring));
}

long ckeyutils_keyctl(int operation, long argument2, long argument3, long argument4, long argument5) {
  return outcome(syscall(SYS_keyctl, (long)operation, argument2, argument3, argument4, argument5));
}

long ckeyutils_search(int32_t keyring, const char *type, const char *description) {
  return outcome(syscall(SYS_keyctl, (long)KEYCTL_SEARCH, (long)keyring, type, description, 0L));
}

long ckeyutils_read(int32_t key, void *buffer, size_t capacity) {
  return outcome(syscall(SYS_keyctl, (long)KEYCTL_READ, (long)key, buffer, capacity, 0L));
}
