/*
 * The pid-file parser, and the query of a held file with that content, against an oracle of its own: a pid is what a
 * program would have printed with "%d\n", nothing else.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "context.h"
#include "pidfile/pidfile.h"
#include "support/sandbox.h"

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { READABLE = 0644, DIGITS_MAX = 10 };

static const char path[] = "pid";
static int holder = -1;

static void demand(int good, const char *what)
{
    if (!good) {
        (void)fprintf(stderr, "pidfile_parser: %s\n", what);
        abort();
    }
}

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
    (void)count;
    (void)arguments;
    sandbox_enter();
    holder = open(path, O_RDWR | O_CREAT | O_CLOEXEC, READABLE);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};
    demand(holder >= 0 && fcntl(holder, F_OFD_SETLK, &lock) == 0, "the file can be made and locked");
    return 0;
}

/* Reads the digits, prints them again, and compares. */
static pid_t expected(const uint8_t *data, size_t size)
{
    char digits[DIGITS_MAX + 1];
    char printed[DIGITS_MAX + 3];
    if (size < 2 || size > DIGITS_MAX + 1) {
        return 0;
    }
    memcpy(digits, data, size - 1);
    digits[size - 1] = '\0';
    long long number = strtoll(digits, NULL, 10);
    if (number < 1 || number > INT_MAX) {
        return 0;
    }
    int length = snprintf(printed, sizeof(printed), "%lld\n", number);
    return length == (int)size && memcmp(printed, data, size) == 0 ? (pid_t)number : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const pid_t pid = expected(data, size);
    char *content = malloc(size == 0 ? 1 : size); /* its end is watched */
    demand(content != NULL, "memory");
    memcpy(content, data, size);
    demand(pidfile_parse(content, size) == pid, "pidfile_parse() takes exactly what \"%d\\n\" prints");
    free(content);

    int32_t told = -1;
    demand(ftruncate(holder, 0) == 0 && pwrite(holder, data, size, 0) == (ssize_t)size, "the content can be written");
    demand(daemonctx_pidfile_query(path, &told) == DAEMONCTX_OK, "a held file has a holder");
    /* 0: not believed, for that process does not have the file open. This one does. */
    demand(told == pid || (told == 0 && pid != getpid()), "the query tells what the parser tells, or nothing");
    return 0;
}
