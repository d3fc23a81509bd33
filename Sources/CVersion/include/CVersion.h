#ifndef CVERSION_H
#define CVERSION_H

/// The version that the manifest names.
const char *codeartifact_keyring_version(void);

/// The commit it was built from, short, with `+` behind it when there were changes since; empty outside a checkout.
const char *codeartifact_keyring_commit(void);

#endif
