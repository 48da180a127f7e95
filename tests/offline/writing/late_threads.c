/* Preloaded: a thread of pyarrow's loses the processor once it has told that its task is done, until the process ends.
 *
 * So may any scheduler treat it. What such a thread then gives back to Python is the end of the process, since it asks
 * for the interpreter's lock while the interpreter is taken down.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { STEP = 100, PATIENCE = 600, HEAD_START = 400 }; /* microseconds, steps, microseconds */

static volatile int let_go;
static int asked;
static __thread int has_told;

static int is_other_thread(void) { return syscall(SYS_gettid) != getpid(); }

static int is_of_pyarrow(void *caller) {
    Dl_info found;
    return dladdr(caller, &found) && found.dli_fname && strstr(found.dli_fname, "libarrow");
}

/* Let them go on, as the process ends; returns how often a thread but the main one has asked for the lock so far. */
int release(void) {
    int before = asked;
    let_go = 1;
    usleep(HEAD_START);
    return before;
}

int pthread_cond_broadcast(pthread_cond_t *condition) {
    static int (*real)(pthread_cond_t *);
    if (!real) real = dlsym(RTLD_NEXT, "pthread_cond_broadcast");
    if (is_other_thread() && is_of_pyarrow(__builtin_return_address(0))) has_told = 1;
    return real(condition);
}

int pthread_mutex_unlock(pthread_mutex_t *mutex) {
    static int (*real)(pthread_mutex_t *);
    if (!real) real = dlsym(RTLD_NEXT, "pthread_mutex_unlock");
    int result = real(mutex);
    if (has_told) {
        has_told = 0;
        for (int step = 0; step < PATIENCE && !let_go; step++) usleep(STEP);
    }
    return result;
}

int PyGILState_Ensure(void) {
    static int (*real)(void);
    if (!real) real = dlsym(RTLD_NEXT, "PyGILState_Ensure");
    if (!real) real = dlsym(RTLD_DEFAULT, "PyGILState_Ensure");
    if (is_other_thread()) __sync_fetch_and_add(&asked, 1);
    return real();
}
