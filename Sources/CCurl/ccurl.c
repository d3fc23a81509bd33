#define CURL_DISABLE_TYPECHECK
#include "ccurl.h"

#include <dlfcn.h>
#include <pthread.h>

#define FUNCTIONS(USE)                                                                                         \
  USE(curl_global_init)                                                                                        \
  USE(curl_easy_init)                                                                                          \
  USE(curl_easy_cleanup)                                                                                       \
  USE(curl_easy_perform)                                                                                       \
  USE(curl_easy_strerror)                                                                                      \
  USE(curl_easy_setopt)                                                                                        \
  USE(curl_easy_getinfo)                                                                                       \
  USE(curl_slist_append)                                                                                       \
  USE(curl_slist_free_all)

#define MEMBER(name) __typeof__(name) *name;
static struct {
  FUNCTIONS(MEMBER)
} library;

static const char *failure;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  // The OpenSSL flavour first; Debian's GnuTLS flavour is what git and apt bring along.
  void *handle = dlopen("libcurl.so.4", RTLD_LAZY | RTLD_LOCAL);
  if (!handle) handle = dlopen("libcurl-gnutls.so.4", RTLD_LAZY | RTLD_LOCAL);
  if (!handle) {
    failure = "libcurl.so.4 is not installed";
    return;
  }
#define LOOK_UP(name)                                                                                          \
  library.name = (__typeof__(library.name))dlsym(handle, #name);                                               \
  if (!library.name) {                                                                                         \
    failure = "libcurl has no " #name;                                                                         \
    return;                                                                                                    \
  }
  FUNCTIONS(LOOK_UP)
  if (library.curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) failure = "libcurl could not be initialised";
}

const char *ccurl_load(void) {
  pthread_once(&once, load);
  return failure;
}

CURL *ccurl_easy_init(void) { return library.curl_easy_init(); }
void ccurl_easy_cleanup(CURL *handle) { library.curl_easy_cleanup(handle); }
CURLcode ccurl_easy_perform(CURL *handle) { return library.curl_easy_perform(handle); }
const char *ccurl_easy_strerror(CURLcode code) { return library.curl_easy_strerror(code); }

struct curl_slist *ccurl_slist_append(struct curl_slist *list, const char *line) {
  return library.curl_slist_append(list, line);
}
void ccurl_slist_free_all(struct curl_slist *list) { library.curl_slist_free_all(list); }

CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) {
  return library.curl_easy_setopt(handle, option, value);
}
CURLcode ccurl_set_string(CURL *handle, CURLoption option, const char *value) {
  return library.curl_easy_setopt(handle, option, value);
}
CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, void *value) {
  return library.curl_easy_setopt(handle, option, value);
}
CURLcode ccurl_set_sink(CURL *handle, CURLoption option, ccurl_sink sink) {
  return library.curl_easy_setopt(handle, option, sink);
}
CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value) {
  return library.curl_easy_getinfo(handle, info, value);
}
CURLcode ccurl_get_double(CURL *handle, CURLINFO info, double *value) {
  return library.curl_easy_getinfo(handle, info, value);
}
