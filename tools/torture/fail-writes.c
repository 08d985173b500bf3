// Makes one call that writes under FAIL_UNDER fail: the FAIL_AT-th of write, pwrite, fsync, rename, mkdir and creating open, counted from 1,
// with the error number FAIL_ERRNO; with FAIL_ALWAYS every one from there on. With FAIL_KILL the process is killed there instead, within a write after half of
// its bytes. Another FAIL_RUN counts anew, for a process that changes
// its environment. Built and preloaded by tools/torture.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long count, run;

static int counts(const char *path) {
  const char *under = getenv("FAIL_UNDER");
  return under && path && strncmp(path, under, strlen(under)) == 0;
}

static int fails(int relevant) {
  if (!relevant) return 0;
  const char *at = getenv("FAIL_AT"), *number = getenv("FAIL_ERRNO");
  if (!at || !number) return 0;
  const char *which = getenv("FAIL_RUN");
  long now = which ? atol(which) : 0;
  if (atomic_exchange(&run, now) != now) atomic_store(&count, 0);
  long n = atomic_fetch_add(&count, 1) + 1, wanted = atol(at);
  if (n != wanted && !(n > wanted && getenv("FAIL_ALWAYS"))) return 0;
  if (getenv("FAIL_KILL")) return 2;
  errno = atoi(number);
  return 1;
}

/* Ends the process where it is to be killed. */
static int stops(int failure) {
  if (failure == 2) raise(SIGKILL);
  return failure;
}

static int counts_fd(int fd) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n < 0) return 0;
  path[n] = 0;
  return counts(path);
}

static int counts_name(const char *path) {
  char whole[PATH_MAX * 2], folder[PATH_MAX];
  if (!path) return 0;
  if (path[0] == '/') return counts(path);
  if (!getcwd(folder, sizeof folder)) return 0;
  snprintf(whole, sizeof whole, "%s/%s", folder, path);
  return counts(whole);
}

#define REAL(name, type) static __typeof__(type) *real; if (!real) real = (__typeof__(type) *)dlsym(RTLD_NEXT, name)

ssize_t write(int fd, const void *data, size_t n) {
  REAL("write", ssize_t(int, const void *, size_t));
  int failure = fails(counts_fd(fd));
  if (failure == 2) (void)!real(fd, data, n / 2);
  return stops(failure) ? -1 : real(fd, data, n);
}
ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at) {
  REAL("pwrite64", ssize_t(int, const void *, size_t, off64_t));
  int failure = fails(counts_fd(fd));
  if (failure == 2) (void)!real(fd, data, n / 2, at);
  return stops(failure) ? -1 : real(fd, data, n, at);
}
ssize_t pwrite(int fd, const void *data, size_t n, off_t at) {
  REAL("pwrite", ssize_t(int, const void *, size_t, off_t));
  int failure = fails(counts_fd(fd));
  if (failure == 2) (void)!real(fd, data, n / 2, at);
  return stops(failure) ? -1 : real(fd, data, n, at);
}
ssize_t writev(int fd, const struct iovec *parts, int n) {
  REAL("writev", ssize_t(int, const struct iovec *, int));
  return stops(fails(counts_fd(fd))) ? -1 : real(fd, parts, n);
}
int fsync(int fd) {
  REAL("fsync", int(int));
  return stops(fails(counts_fd(fd))) ? -1 : real(fd);
}
int fdatasync(int fd) {
  REAL("fdatasync", int(int));
  return stops(fails(counts_fd(fd))) ? -1 : real(fd);
}
int rename(const char *from, const char *to) {
  REAL("rename", int(const char *, const char *));
  return stops(fails(counts_name(to))) ? -1 : real(from, to);
}
int mkdir(const char *path, mode_t mode) {
  REAL("mkdir", int(const char *, mode_t));
  return stops(fails(counts_name(path))) ? -1 : real(path, mode);
}
int open64(const char *path, int flags, ...) {
  REAL("open64", int(const char *, int, ...));
  va_list rest;
  va_start(rest, flags);
  mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  return (flags & O_CREAT) && stops(fails(counts_name(path))) ? -1 : real(path, flags, mode);
}
int open(const char *path, int flags, ...) {
  REAL("open", int(const char *, int, ...));
  va_list rest;
  va_start(rest, flags);
  mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  return (flags & O_CREAT) && stops(fails(counts_name(path))) ? -1 : real(path, flags, mode);
}
