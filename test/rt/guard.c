/* LD_PRELOAD library: while it is armed, it records every call of an allocator, a lock, the clock or I/O.
 *
 * The calls still happen (the process stays usable); rt_guard_report tells what was seen. It sees calls that
 * go through the dynamic linker by a name listed here: an inline system call, or a libc function that is not
 * listed and works inside libc, passes unseen. That is what the seccomp run and the object audit are for.
 *
 *   cc -O2 -shared -fPIC guard.c -o guard.so -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#undef _FORTIFY_SOURCE

#define MAX_SEEN 32

static atomic_uint seen_count;
static const char *seen[MAX_SEEN];
/* Initial-exec: reading it never allocates. Per thread: only the audio thread is held to the rules. */
static __thread int armed __attribute__((tls_model("initial-exec")));

static void record(const char *name) {
  if (!armed) return;
  unsigned at = atomic_fetch_add(&seen_count, 1);
  if (at < MAX_SEEN) seen[at] = name;
}

void rt_guard_arm(int on) { armed = on; }

/* Writes the names of the calls seen so far, separated by spaces; returns how many calls there were. */
unsigned rt_guard_report(char *text, size_t capacity) {
  unsigned count = atomic_load(&seen_count), named = count < MAX_SEEN ? count : MAX_SEEN;
  size_t used = 0;
  if (capacity) text[0] = 0;
  for (unsigned i = 0; i < named; i++) {
    size_t length = strlen(seen[i]);
    if (used + length + 2 > capacity) break;
    memcpy(text + used, seen[i], length);
    text[used + length] = ' ';
    used += length + 1;
    text[used] = 0;
  }
  return count;
}

/* The allocator by glibc's other names for it: dlsym itself may allocate. */
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);

void *malloc(size_t size) { record("malloc"); return __libc_malloc(size); }
void *calloc(size_t count, size_t size) { record("calloc"); return __libc_calloc(count, size); }
void *realloc(void *old, size_t size) { record("realloc"); return __libc_realloc(old, size); }
void *memalign(size_t align, size_t size) { record("memalign"); return __libc_memalign(align, size); }
void *aligned_alloc(size_t align, size_t size) { record("aligned_alloc"); return __libc_memalign(align, size); }
void free(void *block) { record("free"); __libc_free(block); }
int posix_memalign(void **out, size_t align, size_t size) {
  record("posix_memalign");
  *out = __libc_memalign(align, size);
  return *out ? 0 : 12;
}

static void *next(const char *name) {
  int was = armed;
  armed = 0;
  void *found = dlsym(RTLD_NEXT, name);
  armed = was;
  return found;
}

/* A wrapper of `name`: records it and calls the real one. */
#define WRAP(type, name, params, args)                       \
  type name params {                                         \
    static type(*real) params;                               \
    if (!real) *(void **)&real = next(#name);                \
    record(#name);                                           \
    return real args;                                        \
  }

WRAP(int, pthread_mutex_lock, (pthread_mutex_t *m), (m))
WRAP(int, pthread_mutex_trylock, (pthread_mutex_t *m), (m))
WRAP(int, pthread_mutex_unlock, (pthread_mutex_t *m), (m))
WRAP(int, pthread_rwlock_rdlock, (pthread_rwlock_t *l), (l))
WRAP(int, pthread_rwlock_wrlock, (pthread_rwlock_t *l), (l))
WRAP(int, pthread_rwlock_unlock, (pthread_rwlock_t *l), (l))
WRAP(int, pthread_spin_lock, (pthread_spinlock_t *l), (l))
WRAP(int, pthread_cond_signal, (pthread_cond_t *c), (c))
WRAP(int, pthread_cond_broadcast, (pthread_cond_t *c), (c))
WRAP(int, pthread_cond_wait, (pthread_cond_t *c, pthread_mutex_t *m), (c, m))
WRAP(int, pthread_join, (pthread_t t, void **r), (t, r))
WRAP(int, pthread_create, (pthread_t *t, const pthread_attr_t *a, void *(*f)(void *), void *x), (t, a, f, x))
WRAP(int, sem_wait, (sem_t *s), (s))
WRAP(int, sem_post, (sem_t *s), (s))
WRAP(void *, mmap, (void *a, size_t n, int p, int f, int d, off_t o), (a, n, p, f, d, o))
WRAP(int, munmap, (void *a, size_t n), (a, n))
WRAP(int, mprotect, (void *a, size_t n, int p), (a, n, p))
WRAP(int, close, (int fd), (fd))
WRAP(ssize_t, read, (int fd, void *p, size_t n), (fd, p, n))
WRAP(ssize_t, write, (int fd, const void *p, size_t n), (fd, p, n))
WRAP(ssize_t, readv, (int fd, const struct iovec *v, int n), (fd, v, n))
WRAP(ssize_t, writev, (int fd, const struct iovec *v, int n), (fd, v, n))
WRAP(int, poll, (struct pollfd *p, nfds_t n, int t), (p, n, t))
WRAP(FILE *, fopen, (const char *path, const char *mode), (path, mode))
WRAP(int, fclose, (FILE *f), (f))
WRAP(int, fflush, (FILE *f), (f))
WRAP(size_t, fread, (void *p, size_t s, size_t n, FILE *f), (p, s, n, f))
WRAP(size_t, fwrite, (const void *p, size_t s, size_t n, FILE *f), (p, s, n, f))
WRAP(int, fputs, (const char *s, FILE *f), (s, f))
WRAP(int, fputc, (int c, FILE *f), (c, f))
WRAP(int, puts, (const char *s), (s))
WRAP(int, putchar, (int c), (c))
WRAP(int, clock_gettime, (clockid_t c, struct timespec *t), (c, t))
WRAP(int, gettimeofday, (struct timeval *restrict t, void *restrict z), (t, z))
WRAP(time_t, time, (time_t *t), (t))
WRAP(int, nanosleep, (const struct timespec *a, struct timespec *b), (a, b))
WRAP(int, usleep, (useconds_t n), (n))
WRAP(unsigned, sleep, (unsigned n), (n))
WRAP(int, sched_yield, (void), ())
WRAP(void *, dlopen, (const char *path, int flags), (path, flags))
WRAP(int, vfprintf, (FILE *f, const char *format, va_list list), (f, format, list))

/* The variadic ones go on with vfprintf, which must not be counted a second time. */
static int print(const char *name, FILE *file, const char *format, va_list list) {
  int was = armed;
  record(name);
  armed = 0;
  int count = vfprintf(file, format, list);
  armed = was;
  return count;
}

int printf(const char *format, ...) {
  va_list list;
  va_start(list, format);
  int count = print("printf", stdout, format, list);
  va_end(list);
  return count;
}

int fprintf(FILE *file, const char *format, ...) {
  va_list list;
  va_start(list, format);
  int count = print("fprintf", file, format, list);
  va_end(list);
  return count;
}

/* open and syscall take a variable number of arguments; passing on garbage in unused ones is harmless. */
int open(const char *path, int flags, ...) {
  static int (*real)(const char *, int, mode_t);
  if (!real) *(void **)&real = next("open");
  record("open");
  va_list list;
  va_start(list, flags);
  mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(list, mode_t) : 0;
  va_end(list);
  return real(path, flags, mode);
}

long syscall(long number, ...) {
  static long (*real)(long, long, long, long, long, long, long);
  if (!real) *(void **)&real = next("syscall");
  record("syscall");
  long a[6];
  va_list list;
  va_start(list, number);
  for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
  va_end(list);
  return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
