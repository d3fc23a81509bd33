// The three system calls of the kernel's key retention service (keyrings(7)), which glibc does not wrap.
// Each returns what the kernel returned, or the negated error number.
#pragma once

#include <linux/keyctl.h>
#include <stddef.h>
#include <stdint.h>

long ckeyutils_add_key(const char *type, const char *description, const void *payload, size_t length, int32_t keyring);
long ckeyutils_keyctl(int operation, long argument2, long argument3, long argument4, long argument5);
long ckeyutils_search(int32_t keyring, const char *type, const char *description);
long ckeyutils_read(int32_t key, void *buffer, size_t capacity);
