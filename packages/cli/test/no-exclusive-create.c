// A file system that does not keep O_EXCL: it opens a file that is there already. Built and preloaded by jobs-faults.long.test.ts.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/types.h>

#define OPEN(name)                                                                          \
  int name(const char *path, int flags, ...) {                                              \
    static int (*real)(const char *, int, mode_t);                                          \
    if (!real) real = (int (*)(const char *, int, mode_t))dlsym(RTLD_NEXT, #name);          \
    va_list rest;                                                                           \
    va_start(rest, flags);                                                                  \
    mode_t mode = va_arg(rest, mode_t);                                                     \
    va_end(rest);                                                                           \
    return real(path, flags & ~O_EXCL, mode);                                               \
  }

OPEN(open)
OPEN(open64)
