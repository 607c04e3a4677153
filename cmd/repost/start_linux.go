//go:build cgo

package main

// What must be checked before the runtime of Go starts, which is why it is C. With less
// than about 700 MB of address space, or fewer than eight files, the runtime ends the
// process with a stack trace before a line of Go is run. It also opens /dev/null in place
// of a closed stream, which then looks like a stream that was redirected there.

/*
#define _GNU_SOURCE
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

// The least limits. With 1.5 GB of address space three runs of four ended in a trace; with
// 2 GB none on 2 to 128 processors: the runtime reserves 700 MB. Of each thread glibc reserves
// 8 MB for the stack and 64 MB more for allocations that Go does not make, which is why both
// are set lower here.
static const struct { int which; rlim_t least, unit; const char *name; } limits[] = {
	{RLIMIT_NOFILE, 16,         1,       "files (ulimit -n)"},
	{RLIMIT_AS,     2000000000, 1000000, "MB of address space (ulimit -v)"},
	{RLIMIT_DATA,   256000000,  1000000, "MB of data (ulimit -d)"},
};

static int closed;

__attribute__((constructor)) static void look(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			closed |= 1 << fd;
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		struct rlimit have;
		if (getrlimit(limits[i].which, &have) == 0 && have.rlim_cur < limits[i].least) {
			dprintf(2, "repost: this process may have %llu %s; repost needs %llu: raise the limit\n",
				(unsigned long long)(have.rlim_cur / limits[i].unit), limits[i].name,
				(unsigned long long)(limits[i].least / limits[i].unit));
			_exit(2);
		}
	}
#ifdef __GLIBC__
	pthread_attr_t small;
	mallopt(M_ARENA_MAX, 1);
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 1 << 20);
	pthread_setattr_default_np(&small);
#endif
}

static int closed_at_start(int fd) { return closed >> fd & 1; }
*/
import "C"

// withC reports whether this program looks before the runtime begins.
const withC = true

// closedAtStart reports whether one of the three standard streams was closed when the process
// began.
func closedAtStart(fd int) bool { return C.closed_at_start(C.int(fd)) != 0 }
