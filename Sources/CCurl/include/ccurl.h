// libcurl, loaded when first needed: the header gives the types, no symbol is linked.
// `ccurl_load` must have returned NULL before anything else here is called.
#pragma once

#include <curl/curl.h>

// Options that the header of an older libcurl does not have: the library at hand may know them all the same, and one that
// does not answers CURLE_UNKNOWN_OPTION. The numbers are part of libcurl's interface.
static const CURLoption ccurl_option_protocols = (CURLoption)(CURLOPTTYPE_OBJECTPOINT + 318);  // 7.85.0, PROTOCOLS_STR
static const CURLoption ccurl_option_protocols_before_7_85 = (CURLoption)(CURLOPTTYPE_LONG + 181);  // PROTOCOLS
static const CURLoption ccurl_option_quick_exit = (CURLoption)(CURLOPTTYPE_LONG + 322);  // 7.87.0, QUICK_EXIT

/// Loads libcurl. Returns NULL when it is there, else why it is not (a text that lives for ever).
const char *ccurl_load(void);

CURL *ccurl_easy_init(void);
void ccurl_easy_cleanup(CURL *handle);
CURLcode ccurl_easy_perform(CURL *handle);
const char *ccurl_easy_strerror(CURLcode code);
struct curl_slist *ccurl_slist_append(struct curl_slist *list, const char *line);
void ccurl_slist_free_all(struct curl_slist *list);

// curl_easy_setopt and curl_easy_getinfo are variadic: one function for each kind of argument.
typedef size_t (*ccurl_sink)(char *bytes, size_t size, size_t count, void *context);
CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value);
CURLcode ccurl_set_string(CURL *handle, CURLoption option, const char *value);
CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, void *value);
CURLcode ccurl_set_sink(CURL *handle, CURLoption option, ccurl_sink sink);
CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value);
CURLcode ccurl_get_double(CURL *handle, CURLINFO info, double *value);
