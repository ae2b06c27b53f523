/* Loaded before the C library: the k-th call of one sort on a file below a folder fails, comes short or is interrupted.
 *
 * BROKEN_BELOW  the folder
 * BROKEN_CALL   read, write, sync, resize, rename, remove or open
 * BROKEN_HOW    eio, eintr, short, or count: nothing fails
 * BROKEN_AT     which call, from 1; every one after it as well when BROKEN_LASTS is set
 * BROKEN_LOG    a file of 4096 bytes: how many such calls there were, how many were broken, and what file the first of them was on
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOG 4096

static _Atomic uint64_t *counts;
static const char *below, *sort, *how;
static uint64_t at;
static int lasts;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
    const char *log = getenv("BROKEN_LOG"), *number = getenv("BROKEN_AT");
    below = getenv("BROKEN_BELOW");
    sort = getenv("BROKEN_CALL");
    how = getenv("BROKEN_HOW");
    lasts = getenv("BROKEN_LASTS") != NULL;
    at = number ? strtoull(number, NULL, 10) : 0;
    if (!log || !below || !sort || !how) return;
    int fd = REAL(open)(log, O_RDWR);
    if (fd < 0) return;
    void *map = mmap(NULL, LOG, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (map != MAP_FAILED) counts = map;
}

/* Whether this call is to be broken. */
static int broken(const char *call, const char *path) {
    if (!counts || strcmp(call, sort) != 0 || strncmp(path, below, strlen(below)) != 0) return 0;
    uint64_t n = atomic_fetch_add(&counts[0], 1) + 1;
    if (strcmp(how, "count") == 0 || (lasts ? n < at : n != at)) return 0;
    if (atomic_fetch_add(&counts[1], 1) == 0) strncpy((char *)&counts[2], path, LOG - 17);
    return 1;
}

static int broken_fd(const char *call, int fd) {
    char link[64], path[PATH_MAX];
    if (!counts || strcmp(call, sort) != 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n < 0) return 0;
    path[n] = 0;
    return broken(call, path);
}

static int fail(void) {
    errno = strcmp(how, "eintr") == 0 ? EINTR : EIO;
    return -1;
}

/* Half of the bytes, but one at least. */
static size_t shortened(size_t n) { return n > 1 ? n / 2 : n; }

#define BYTES(name, sort_, result, params, args)                                                                              \
    result name params {                                                                                                      \
        if (broken_fd(sort_, fd)) {                                                                                           \
            if (strcmp(how, "short") != 0) return fail();                                                                     \
            n = shortened(n);                                                                                                 \
        }                                                                                                                     \
        return REAL(name) args;                                                                                               \
    }
BYTES(read, "read", ssize_t, (int fd, void *bytes, size_t n), (fd, bytes, n))
BYTES(pread, "read", ssize_t, (int fd, void *bytes, size_t n, off_t from), (fd, bytes, n, from))
BYTES(pread64, "read", ssize_t, (int fd, void *bytes, size_t n, off64_t from), (fd, bytes, n, from))
BYTES(write, "write", ssize_t, (int fd, const void *bytes, size_t n), (fd, bytes, n))
BYTES(pwrite, "write", ssize_t, (int fd, const void *bytes, size_t n, off_t to), (fd, bytes, n, to))
BYTES(pwrite64, "write", ssize_t, (int fd, const void *bytes, size_t n, off64_t to), (fd, bytes, n, to))

#define ON_FD(name, sort_, params, args)                                                                                      \
    int name params { return broken_fd(sort_, fd) ? fail() : REAL(name) args; }
ON_FD(fsync, "sync", (int fd), (fd))
ON_FD(fdatasync, "sync", (int fd), (fd))
ON_FD(ftruncate, "resize", (int fd, off_t to), (fd, to))
ON_FD(ftruncate64, "resize", (int fd, off64_t to), (fd, to))

#define ON_PATH(name, sort_, params, args)                                                                                    \
    int name params { return broken(sort_, path) ? fail() : REAL(name) args; }
ON_PATH(rename, "rename", (const char *path, const char *to), (path, to))
ON_PATH(unlink, "remove", (const char *path), (path))
ON_PATH(rmdir, "remove", (const char *path), (path))
ON_PATH(mkdir, "open", (const char *path, mode_t mode), (path, mode))

#define OPENS(name)                                                                                                           \
    int name(const char *path, int flags, ...) {                                                                              \
        va_list rest;                                                                                                         \
        va_start(rest, flags);                                                                                                \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;                                               \
        va_end(rest);                                                                                                         \
        return broken("open", path) ? fail() : REAL(name)(path, flags, mode);                                                 \
    }
OPENS(open)
OPENS(open64)
