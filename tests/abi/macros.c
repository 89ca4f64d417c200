/* Every public macro of the header, used as a program may use it. macros.sh sees to it that none is missing. */
#include <daemonctx/daemonctx.h>

#include <stdio.h>
#include <string.h>

#ifndef DAEMONCTX_DAEMONCTX_H
#error "the header's guard has another name"
#endif

#if DAEMONCTX_VERSION_MAJOR < 1 || DAEMONCTX_VERSION_MINOR < 0 || DAEMONCTX_VERSION_PATCH < 0
#error "the version is not usable by the preprocessor"
#endif

/* In a program it says nothing: declarations of its own can carry it. */
DAEMONCTX_API int declared_with_the_library_s_mark(void);

int declared_with_the_library_s_mark(void)
{
    return 0;
}

int main(void)
{
    char version[64];
    (void)snprintf(version, sizeof(version), "%d.%d.%d", DAEMONCTX_VERSION_MAJOR, DAEMONCTX_VERSION_MINOR,
                   DAEMONCTX_VERSION_PATCH);
    if (strcmp(version, daemonctx_version_string()) != 0) {
        (void)printf("the header is %s, the library %s\n", version, daemonctx_version_string());
        return 1;
    }
    const uint32_t number = DAEMONCTX_VERSION_MAJOR * 10000 + DAEMONCTX_VERSION_MINOR * 100 + DAEMONCTX_VERSION_PATCH;
    if (daemonctx_version() != number) {
        (void)printf("the header is %lu, the library %lu\n", (unsigned long)number, (unsigned long)daemonctx_version());
        return 1;
    }
    return declared_with_the_library_s_mark();
}
