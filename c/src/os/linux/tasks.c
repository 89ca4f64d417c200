/* The threads of this process on Linux: whether all have the identity and rights of the calling one, by proc(5). */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "decimal.h"
#include "os/linux/listing.h"
#include "os/os.h"

enum { STATUS_SIZE = 8192 };

/* What a status file says of credentials: from the first line of each pair up to the second. */
static const char sections[][2][12] = {
    {"\nUid:", "\nFDSize:"}, {"\nGroups:", "\nNStgid:"}, {"\nCapInh:", "\nSeccomp:"}};

int os_tasks_open(void)
{
    return open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int read_status(int tasks, int task, char *ret_status)
{
    static const char tail[] = "/status";
    char path[DECIMAL_SIZE + sizeof(tail)];
    memcpy(path + DECIMAL_SIZE, tail, sizeof(tail));
    int fd = openat(tasks, decimal_before(path + DECIMAL_SIZE, (unsigned)task), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return -1;
    }
    ssize_t size = read(fd, ret_status, STATUS_SIZE - 1);
    int error = errno;
    (void)close(fd);
    errno = error;
    if (size < 0) {
        return -1;
    }
    ret_status[size] = '\0';
    return 0;
}

/* A section that is cut off (many thousand groups) goes to the end of what was read. */
static size_t find_section(const char *status, size_t which, const char **ret_begin)
{
    const char *begin = strstr(status, sections[which][0]);
    const char *end = begin == NULL ? NULL : strstr(begin, sections[which][1]);
    *ret_begin = begin;
    return begin == NULL ? 0 : end == NULL ? strlen(begin) : (size_t)(end - begin);
}

static bool same_section(const char *a, const char *b, size_t which)
{
    const char *begin_a = NULL;
    const char *begin_b = NULL;
    size_t length = find_section(a, which, &begin_a);
    return find_section(b, which, &begin_b) == length && (length == 0 || memcmp(begin_a, begin_b, length) == 0);
}

struct comparison {
    int tasks;
    bool has_first;
    char first[STATUS_SIZE];
    int result; /* 1: all the same so far */
    int error;  /* with -1 */
};

static void compare(int task, void *data)
{
    struct comparison *comparison = data;
    char status[STATUS_SIZE];
    if (comparison->result != 1) {
        return;
    }
    if (read_status(comparison->tasks, task, status) != 0) {
        comparison->error = errno;
        comparison->result = errno == ENOENT || errno == ESRCH ? 1 : -1; /* a thread that has ended meanwhile */
        return;
    }
    if (!comparison->has_first) {
        comparison->has_first = true;
        memcpy(comparison->first, status, sizeof(status));
    }
    for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
        if (!same_section(comparison->first, status, i)) {
            comparison->result = 0;
        }
    }
}

/* With one another, and so with the calling one: under which number that one is listed depends on the pid namespace. */
int os_tasks_agree(int tasks)
{
    struct comparison comparison = {.tasks = tasks, .result = 1};
    if (listing_visit(tasks, -1, compare, &comparison) != 0) {
        return -1;
    }
    if (comparison.result < 0 || !comparison.has_first) {
        errno = comparison.error; /* the one thread that is always there is the calling one */
        return -1;
    }
    return comparison.result;
}
