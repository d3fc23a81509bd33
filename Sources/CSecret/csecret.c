#if __has_include(<libsecret/secret.h>)
#define SECRET_API_SUBJECT_TO_CHANGE 1
#include <libsecret/secret.h>
#define HAVE_HEADERS 1
#endif

#include "csecret.h"

#include <dlfcn.h>
#include <pthread.h>

#ifdef HAVE_HEADERS
#define CHECK(result, name, parameters)                                                                        \
  _Static_assert(__builtin_types_compatible_p(__typeof__(((struct csecret_functions *)0)->name), __typeof__(&name)), \
                 #name " is declared otherwise in libsecret's headers");
CSECRET_FUNCTIONS(CHECK)
_Static_assert((int)CSECRET_SESSION_BUS == (int)G_BUS_TYPE_SESSION, "another number for the session bus");
#else
struct _GError {
  unsigned domain;
  int code;
  char *message;
};
#endif

static struct csecret_functions functions;
static const char *failure;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  void *handle = dlopen("libsecret-1.so.0", RTLD_LAZY | RTLD_LOCAL);
  if (!handle) {
    failure = "libsecret-1.so.0 is not installed";
    return;
  }
  // GLib's functions are found through the same handle: dlsym searches a library's dependencies too.
#define LOOK_UP(result, name, parameters)                                                                      \
  functions.name = (__typeof__(functions.name))dlsym(handle, #name);                                           \
  if (!functions.name) {                                                                                       \
    failure = "libsecret has no " #name;                                                                       \
    return;                                                                                                    \
  }
  CSECRET_FUNCTIONS(LOOK_UP)
}

const struct csecret_functions *csecret_load(const char **reason) {
  pthread_once(&once, load);
  if (reason) *reason = failure;
  return failure ? NULL : &functions;
}

const char *csecret_error_message(const GError *error) { return error ? error->message : NULL; }
