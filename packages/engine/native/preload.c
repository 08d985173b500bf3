// load(paths: string[]): string
// Opens each library with all its symbols bound and visible to those that follow, while stderr is held back, because
// TensorFlow prints two lines there at any log level. Returns what was written; throws what the dynamic linker says.
#define NAPI_VERSION 8
#define _GNU_SOURCE
#include <dlfcn.h>
#include <node_api.h>
#include <stdio.h>
#include <unistd.h>

#if defined(__x86_64__) && defined(__GLIBC__)
// glibc 2.34 moved these two into libc.so under a new version: ask for the old one, so that older systems load us.
__asm__(".symver dlopen,dlopen@GLIBC_2.2.5");
__asm__(".symver dlerror,dlerror@GLIBC_2.2.5");
#endif

static napi_value load(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value paths;
  uint32_t count = 0;
  napi_get_cb_info(env, info, &argc, &paths, NULL, NULL);
  napi_get_array_length(env, paths, &count);

  fflush(stderr);
  FILE* held = tmpfile();
  int saved = held ? dup(2) : -1;
  if (saved >= 0) dup2(fileno(held), 2);

  char error[2048] = "";
  for (uint32_t i = 0; i < count && !error[0]; i++) {
    napi_value element;
    char path[4096];
    size_t length;
    napi_get_element(env, paths, i, &element);
    napi_get_value_string_utf8(env, element, path, sizeof path, &length);
    if (!dlopen(path, RTLD_NOW | RTLD_GLOBAL)) snprintf(error, sizeof error, "%s", dlerror());
  }

  fflush(stderr);
  char text[8192];
  ssize_t size = 0;
  if (saved >= 0) {
    dup2(saved, 2);
    close(saved);
    size = pread(fileno(held), text, sizeof text, 0);
  }
  if (held) fclose(held);
  if (error[0]) {
    napi_throw_error(env, NULL, error);
    return NULL;
  }
  napi_value written;
  napi_create_string_utf8(env, text, size > 0 ? (size_t)size : 0, &written);
  return written;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "load", NAPI_AUTO_LENGTH, load, NULL, &function);
  napi_set_named_property(env, exports, "load", function);
  return exports;
}
