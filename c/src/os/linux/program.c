/* The running program on Linux: its executable and arguments by /proc, executing it again, and its shared objects. */
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stddef.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/os.h"

bool os_program_is_secure(void)
{
    return getauxval(AT_SECURE) != 0;
}

/* By this link, not by the path: the file may have been renamed, replaced or deleted, or lie where this user may not
 * look. */
int os_program_open(void)
{
    return open("/proc/self/exe", O_PATH | O_CLOEXEC);
}

int os_program_open_arguments(void)
{
    return open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
}

int os_program_execute(int program, char *const arguments[], char *const environment[])
{
    return (int)syscall(SYS_execveat, program, "", arguments, environment, AT_EMPTY_PATH);
}

/* That of the first thread, which is the process's: the calling one may be a worker with a name of its own. */
int os_program_name(char *ret_name)
{
    int fd = open("/proc/self/comm", O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return -1;
    }
    ssize_t length = read(fd, ret_name, OS_PROGRAM_NAME_SIZE); /* with a newline at its end */
    int error = errno;
    (void)close(fd);
    errno = error;
    ret_name[length > 0 ? length - 1 : 0] = '\0';
    return length > 0 ? 0 : -1;
}

int os_program_rename(const char *name)
{
    return prctl(PR_SET_NAME, name, 0UL, 0UL, 0UL);
}

struct object_search {
    uintptr_t address;
    struct os_object *found;
    bool at_start; /* the C library has not come up yet */
};

static bool contains(const struct dl_phdr_info *object, uintptr_t address)
{
    for (size_t i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        uintptr_t begin = (uintptr_t)object->dlpi_addr + part->p_vaddr;
        if (part->p_type == PT_LOAD && address >= begin && address - begin < part->p_memsz) {
            return true;
        }
    }
    return false;
}

static bool is_c_library(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    return strncmp(name, "libc.so", 7) == 0 || strncmp(name, "libc.musl", 9) == 0 || strncmp(name, "ld-musl", 7) == 0;
}

static int examine(struct dl_phdr_info *object, size_t size, void *data)
{
    struct object_search *search = data;
    (void)size;
    const char *path = object->dlpi_name == NULL ? "" : object->dlpi_name;
    if (is_c_library(path)) {
        search->at_start = false;
    }
    if (!contains(object, search->address)) {
        return 0;
    }
    search->found->path = path[0] == '\0' ? NULL : path;
    search->found->at_start = search->found->path == NULL || search->at_start;
    return 1;
}

/* The linker lists the program first, then what was preloaded, then what these need, breadth first. What was loaded
 * later on is behind the C library. */
void os_own_object(struct os_object *ret_object)
{
    struct object_search search = {.address = (uintptr_t)&os_own_object, .found = ret_object, .at_start = true};
    *ret_object = (struct os_object){.path = NULL, .at_start = true};
    (void)dl_iterate_phdr(examine, &search);
}
