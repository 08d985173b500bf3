// What happens before TensorFlow is there: the memory it will use, and the opening of its libraries.
//
// keepMemory(bytes: number): undefined
// From now on malloc gives no memory back to the system, takes blocks of any size from the heap, and the next `bytes` of the heap are to lie on
// large pages. TensorFlow makes and frees hundreds of megabytes each step: else each block is mapped, filled with zeros page by page, and unmapped,
// again and again, and convolutions wait for the translation of addresses. Nothing is used until it is touched. Without glibc nothing happens.
//
// load(paths: string[]): string
// Opens each library with all its symbols bound and visible to those that follow, while stderr is held back, because
// TensorFlow prints two lines there at any log level. Returns what was written; throws what the dynamic linker says.
#define NAPI_VERSION 8
#define _GNU_SOURCE
#include <dlfcn.h>
#include <node_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#include <sys/mman.h>
#endif

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

static napi_value keepMemory(napi_env env, napi_callback_info info) {
#ifdef __GLIBC__
  size_t argc = 1;
  napi_value value;
  int64_t bytes = 0;
  napi_get_cb_info(env, info, &argc, &value, NULL, NULL);
  napi_get_value_int64(env, value, &bytes);
  mallopt(M_TRIM_THRESHOLD, -1);
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TOP_PAD, 64 << 20);
  const size_t large = 2 << 20;
  char* block = bytes > (int64_t)(4 * large) ? malloc((size_t)bytes) : NULL;
  if (block) {
    char* begin = (char*)(((size_t)block + large - 1) / large * large);
    madvise(begin, (size_t)(block + bytes - begin) / large * large, MADV_HUGEPAGE);
    free(block);
  }
#endif
  return NULL;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "keepMemory", NAPI_AUTO_LENGTH, keepMemory, NULL, &function);
  napi_set_named_property(env, exports, "keepMemory", function);
  napi_create_function(env, "load", NAPI_AUTO_LENGTH, load, NULL, &function);
  napi_set_named_property(env, exports, "load", function);
  return exports;
}
