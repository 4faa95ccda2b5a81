/* Put before the C library by LD_PRELOAD: writes down, in order, what a program does to the files of one folder, and fails on command.
 *
 * Keeps true: one record for each call that succeeded, written while the call is the only one; a sync is written down after it was done.
 * Records: C name (created) | W name offset length + bytes | T name length (truncated) | S name (synced) | D (folder synced) | U name |
 * X name (a sync failed; the kernel may have dropped what was unsynced).
 * Variables: QUDAO_SHIM_FOLDER, QUDAO_SHIM_LOG (may be absent), QUDAO_SHIM_CONTROL: a file; while it begins with F there is no
 * room on the disk, with E no sync succeeds. Not here: files mapped into memory, which hold nothing that must last.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#define FILES 4096
#define FOLDER_ITSELF "."

static char *names[FILES];
static const char *folder, *control;
static int log_file = -1;
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void begin(void) {
    const char *log = getenv("QUDAO_SHIM_LOG");
    folder = getenv("QUDAO_SHIM_FOLDER");
    control = getenv("QUDAO_SHIM_CONTROL");
    if (log) log_file = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void put(const void *bytes, size_t length) {
    const char *at = bytes;
    while (log_file >= 0 && length > 0) {
        ssize_t done = syscall(SYS_write, log_file, at, length);
        if (done <= 0) abort(); /* A record with a gap would prove nothing. */
        at += done;
        length -= (size_t)done;
    }
}

static void put_line(const char *format, ...) {
    char line[PATH_MAX + 64];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    put(line, (size_t)length);
}

/* The name inside the folder, or nothing when it is not ours. */
static const char *inside(const char *path) {
    size_t length = folder ? strlen(folder) : 0;
    if (!length || strncmp(path, folder, length) != 0) return NULL;
    if (path[length] == 0) return FOLDER_ITSELF;
    const char *name = path + length + 1;
    size_t end = strlen(name);
    int shared_memory = end > 4 && strcmp(name + end - 4, "-shm") == 0;
    return path[length] == '/' && !strchr(name, '/') && !shared_memory ? name : NULL;
}

static const char *name_of(int file) { return file >= 0 && file < FILES ? names[file] : NULL; }

static int told_to(char what) {
    char first = 0;
    if (!control) return 0;
    int file = (int)syscall(SYS_openat, AT_FDCWD, control, O_RDONLY | O_CLOEXEC, 0);
    if (file < 0) return 0;
    ssize_t read_ = syscall(SYS_read, file, &first, 1);
    syscall(SYS_close, file);
    return read_ == 1 && first == what;
}

static int opened(int at, const char *path, int flags, mode_t mode) {
    const char *name = inside(path);
    pthread_mutex_lock(&one_at_a_time);
    int is_new = name && (flags & O_CREAT) && syscall(SYS_faccessat, at, path, F_OK) != 0;
    int file = (int)syscall(SYS_openat, at, path, flags, mode);
    int error = errno;
    if (file >= 0 && name && file < FILES) {
        free(names[file]);
        names[file] = strdup(name);
        if (is_new) put_line("C %s\n", name);
        else if (flags & O_TRUNC) put_line("T %s 0\n", name);
    }
    pthread_mutex_unlock(&one_at_a_time);
    errno = error;
    return file;
}

static mode_t mode_of(int flags, va_list arguments) {
    return flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(arguments, int) : 0;
}

#define OPEN(name)                                        \
    int name(const char *path, int flags, ...) {          \
        va_list arguments;                                \
        va_start(arguments, flags);                       \
        mode_t mode = mode_of(flags, arguments);          \
        va_end(arguments);                                \
        return opened(AT_FDCWD, path, flags, mode);       \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                      \
    int name(int at, const char *path, int flags, ...) {  \
        va_list arguments;                                \
        va_start(arguments, flags);                       \
        mode_t mode = mode_of(flags, arguments);          \
        va_end(arguments);                                \
        return opened(at, path, flags, mode);             \
    }
OPENAT(openat)
OPENAT(openat64)

int close(int file) {
    pthread_mutex_lock(&one_at_a_time);
    if (name_of(file)) {
        free(names[file]);
        names[file] = NULL;
    }
    int done = (int)syscall(SYS_close, file);
    pthread_mutex_unlock(&one_at_a_time);
    return done;
}

static ssize_t written(int file, const void *bytes, size_t length, off_t offset, int positioned) {
    const char *name = name_of(file);
    if (!name)
        return positioned ? syscall(SYS_pwrite64, file, bytes, length, offset) : syscall(SYS_write, file, bytes, length);
    if (told_to('F')) {
        errno = ENOSPC;
        return -1;
    }
    pthread_mutex_lock(&one_at_a_time);
    if (!positioned) offset = (off_t)syscall(SYS_lseek, file, 0, SEEK_CUR);
    ssize_t done = positioned ? syscall(SYS_pwrite64, file, bytes, length, offset) : syscall(SYS_write, file, bytes, length);
    int error = errno;
    if (done > 0) {
        put_line("W %s %lld %zd\n", name, (long long)offset, done);
        put(bytes, (size_t)done);
    }
    pthread_mutex_unlock(&one_at_a_time);
    errno = error;
    return done;
}

ssize_t write(int file, const void *bytes, size_t length) { return written(file, bytes, length, 0, 0); }
ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset) { return written(file, bytes, length, offset, 1); }
ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t offset) { return written(file, bytes, length, offset, 1); }

static int synced(int file, long call) {
    const char *name = name_of(file);
    if (name && told_to('E')) {
        pthread_mutex_lock(&one_at_a_time);
        put_line("X %s\n", name);
        pthread_mutex_unlock(&one_at_a_time);
        errno = EIO;
        return -1;
    }
    pthread_mutex_lock(&one_at_a_time);
    int done = (int)syscall(call, file);
    int error = errno;
    if (done == 0 && name && strcmp(name, FOLDER_ITSELF) == 0) put_line("D\n");
    else if (done == 0 && name) put_line("S %s\n", name);
    pthread_mutex_unlock(&one_at_a_time);
    errno = error;
    return done;
}

int fsync(int file) { return synced(file, SYS_fsync); }
int fdatasync(int file) { return synced(file, SYS_fdatasync); }

static int truncated(int file, off_t length) {
    const char *name = name_of(file);
    pthread_mutex_lock(&one_at_a_time);
    int done = (int)syscall(SYS_ftruncate, file, length);
    int error = errno;
    if (done == 0 && name) put_line("T %s %lld\n", name, (long long)length);
    pthread_mutex_unlock(&one_at_a_time);
    errno = error;
    return done;
}

int ftruncate(int file, off_t length) { return truncated(file, length); }
int ftruncate64(int file, off64_t length) { return truncated(file, length); }

int unlink(const char *path) {
    const char *name = inside(path);
    pthread_mutex_lock(&one_at_a_time);
    int done = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    int error = errno;
    if (done == 0 && name) put_line("U %s\n", name);
    pthread_mutex_unlock(&one_at_a_time);
    errno = error;
    return done;
}
