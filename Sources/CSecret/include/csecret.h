// libsecret and the parts of GLib it is used with, loaded when first needed: no symbol is linked, and no header of
// theirs is needed to build. Where the headers are there, csecret.c checks each signature below against them.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct _GCancellable GCancellable;
typedef struct _GDBusConnection GDBusConnection;
typedef struct _GError GError;
typedef struct _GVariant GVariant;
typedef struct _GVariantBuilder GVariantBuilder;
typedef struct _GVariantType GVariantType;
typedef struct _SecretService SecretService;
typedef struct _SecretValue SecretValue;

/// GLogFunc
typedef void (*csecret_log)(const char *domain, int level, const char *message, void *data);

/// G_BUS_TYPE_SESSION
enum { CSECRET_SESSION_BUS = 2 };

#define CSECRET_FUNCTIONS(USE)                                                                                      \
  USE(GDBusConnection *, g_bus_get_sync, (int type, GCancellable *, GError **))                                     \
  USE(GVariant *, g_dbus_connection_call_sync,                                                                      \
      (GDBusConnection *, const char *bus, const char *object, const char *interface, const char *method,           \
       GVariant *parameters, const GVariantType *reply, unsigned flags, int milliseconds, GCancellable *, GError **)) \
  USE(void, g_dbus_connection_set_exit_on_close, (GDBusConnection *, int))                                          \
  USE(void, g_error_free, (GError *))                                                                               \
  USE(csecret_log, g_log_set_default_handler, (csecret_log, void *))                                                \
  USE(void, g_object_unref, (void *))                                                                               \
  USE(void, g_variant_builder_add_value, (GVariantBuilder *, GVariant *))                                           \
  USE(GVariant *, g_variant_builder_end, (GVariantBuilder *))                                                       \
  USE(GVariantBuilder *, g_variant_builder_new, (const GVariantType *))                                             \
  USE(void, g_variant_builder_unref, (GVariantBuilder *))                                                           \
  USE(int, g_variant_get_boolean, (GVariant *))                                                                     \
  USE(GVariant *, g_variant_get_child_value, (GVariant *, size_t))                                                  \
  USE(const char *, g_variant_get_string, (GVariant *, size_t *))                                                   \
  USE(const char *, g_variant_get_type_string, (GVariant *))                                                        \
  USE(uint64_t, g_variant_get_uint64, (GVariant *))                                                                 \
  USE(GVariant *, g_variant_get_variant, (GVariant *))                                                              \
  USE(GVariant *, g_variant_new_boolean, (int))                                                                     \
  USE(GVariant *, g_variant_new_dict_entry, (GVariant *, GVariant *))                                               \
  USE(GVariant *, g_variant_new_object_path, (const char *))                                                        \
  USE(GVariant *, g_variant_new_string, (const char *))                                                             \
  USE(GVariant *, g_variant_new_tuple, (GVariant *const *children, size_t))                                         \
  USE(GVariant *, g_variant_new_variant, (GVariant *))                                                              \
  USE(size_t, g_variant_n_children, (GVariant *))                                                                   \
  USE(void, g_variant_type_free, (GVariantType *))                                                                  \
  USE(GVariantType *, g_variant_type_new, (const char *))                                                           \
  USE(void, g_variant_unref, (GVariant *))                                                                          \
  USE(SecretValue *, secret_service_decode_dbus_secret, (SecretService *, GVariant *))                              \
  USE(GVariant *, secret_service_encode_dbus_secret, (SecretService *, SecretValue *))                              \
  USE(int, secret_service_ensure_session_sync, (SecretService *, GCancellable *, GError **))                        \
  USE(const char *, secret_service_get_session_dbus_path, (SecretService *))                                        \
  USE(size_t, secret_service_get_type, (void))                                                                      \
  USE(SecretService *, secret_service_open_sync,                                                                    \
      (size_t type, const char *bus, unsigned flags, GCancellable *, GError **))                                    \
  USE(const char *, secret_value_get, (SecretValue *, size_t *))                                                    \
  USE(SecretValue *, secret_value_new, (const char *, ptrdiff_t, const char *content_type))                         \
  USE(void, secret_value_unref, (void *))

#define CSECRET_MEMBER(result, name, parameters) result(*name) parameters;
struct csecret_functions {
  CSECRET_FUNCTIONS(CSECRET_MEMBER)
};

/// Loads libsecret. Returns its functions, or NULL and in `reason` why not (a text that lives for ever).
const struct csecret_functions *csecret_load(const char **reason);

/// The one field of GLib's structures that is read directly.
const char *csecret_error_message(const GError *error);
