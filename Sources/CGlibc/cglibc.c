// What Swift's libraries ask of the C library and of libstdc++, and older ones lack. A release is linked against older
// ones, so that it runs with every later one too; built against a C library of 2.32 or later, this file is empty.
#define _GNU_SOURCE
#include "cglibc.h"

#include <features.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if !__GLIBC_PREREQ(2, 32)

#define INTERNAL __attribute__((visibility("hidden")))

/// Whether there is a single thread, so that reference counts need not be atomic. It is never certain.
INTERNAL char __libc_single_threaded = 0;

// libstdc++ of GCC 11 and 13: an array's size is too large, and an assertion failed. Swift's runtime has no exceptions.
INTERNAL _Noreturn void _ZSt28__throw_bad_array_new_lengthv(void) { abort(); }
INTERNAL _Noreturn void _ZSt21__glibcxx_assert_failPKciS0_S0_(const char *file, int line, const char *function,
                                                              const char *condition) {
  abort();
}

// glibc 2.29 has these a second time, without the error handling of System V. The first ones are as exact.
#if defined(__x86_64__)
#define FIRST_VERSION "GLIBC_2.2.5"
#elif defined(__aarch64__)
#define FIRST_VERSION "GLIBC_2.17"
#endif
#define FIRST(name)                                                                                            \
  double first_##name(double x);                                                                               \
  __asm__(".symver first_" #name ", " #name "@" FIRST_VERSION);                                                \
  INTERNAL double name(double x) { return first_##name(x); }
FIRST(exp)
FIRST(exp2)
FIRST(log)
FIRST(log2)

// glibc 2.38: C23's functions, which read binary numbers (0b…) too. Nothing here has one to read.
INTERNAL long __isoc23_strtol(const char *text, char **end, int base) { return strtol(text, end, base); }
INTERNAL long long __isoc23_strtoll(const char *text, char **end, int base) { return strtoll(text, end, base); }
INTERNAL unsigned long __isoc23_strtoul(const char *text, char **end, int base) { return strtoul(text, end, base); }
INTERNAL unsigned long long __isoc23_strtoull(const char *text, char **end, int base) {
  return strtoull(text, end, base);
}
INTERNAL int __isoc23_sscanf(const char *text, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int count = vsscanf(text, format, arguments);
  va_end(arguments);
  return count;
}

/// glibc 2.38.
INTERNAL size_t strlcpy(char *target, const char *source, size_t size) {
  size_t length = strlen(source);
  if (size > 0) {
    size_t copied = length < size ? length : size - 1;
    memcpy(target, source, copied);
    target[copied] = '\0';
  }
  return length;
}

#endif
