#include "CVersion.h"

// Both come from Package.swift, the one place that knows.
const char *codeartifact_keyring_version(void) { return VERSION; }
const char *codeartifact_keyring_commit(void) { return COMMIT; }
