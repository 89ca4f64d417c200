/*
 * Following symbolic links on the way to a pid file, as /var/run is one, but only those that root or the launcher has
 * made. Whoever else owns a directory on the way could lead root's launcher to a file of the same name elsewhere.
 */
#include "pidfile/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "descriptor.h"
#include "os/os.h"

enum { LINKS_MAX = 40 /* path_resolution(7) */, COMPONENT_SIZE = NAME_MAX + 2 };

struct walk {
    int at;              /* the directory reached */
    char left[PATH_MAX]; /* the path from there */
    int links;
};

/* The first component of the path that is left, taken off it; empty when there is none. */
static void take_component(struct walk *walk, char component[COMPONENT_SIZE])
{
    const char *begin = walk->left + strspn(walk->left, "/");
    size_t length = strcspn(begin, "/");
    size_t taken = length > NAME_MAX ? NAME_MAX + 1 : length; /* one too many: the kernel will refuse it */
    memcpy(component, begin, taken);
    component[taken] = '\0';
    memmove(walk->left, begin + length, strlen(begin + length) + 1);
}

static int enter(struct walk *walk, int next)
{
    descriptor_close(&walk->at);
    walk->at = next;
    return 0;
}

/* The path goes on with the link's text. */
static int follow(struct walk *walk, int link)
{
    char text[PATH_MAX];
    ssize_t length = readlinkat(link, "", text, sizeof(text));
    size_t left = strlen(walk->left);
    if (length < 0) {
        return -1;
    }
    if ((size_t)length + left >= sizeof(walk->left) || ++walk->links > LINKS_MAX) {
        errno = walk->links > LINKS_MAX ? ELOOP : ENAMETOOLONG;
        return -1;
    }
    memmove(walk->left + length, walk->left, left + 1);
    memcpy(walk->left, text, (size_t)length);
    if (text[0] != '/') {
        return 0;
    }
    int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    return root < 0 ? -1 : enter(walk, root);
}

static int take_step(struct walk *walk, const char *component, uid_t launcher)
{
    struct stat status;
    int next = openat(walk->at, component, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (next < 0) {
        return -1;
    }
    int result = fstat(next, &status);
    if (result == 0 && S_ISDIR(status.st_mode)) {
        return enter(walk, next);
    }
    if (result == 0 && S_ISLNK(status.st_mode)) {
        bool trusted = status.st_uid == 0 || status.st_uid == launcher;
        result = trusted ? follow(walk, next) : WALK_UNSAFE;
    } else if (result == 0) {
        errno = ENOTDIR;
        result = -1;
    }
    int error = errno;
    (void)close(next);
    errno = error;
    return result;
}

static int walk_by_steps(const char *path, uid_t launcher)
{
    struct walk walk = {.at = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC)};
    char component[COMPONENT_SIZE];
    int result = walk.at < 0 ? -1 : 0;
    memcpy(walk.left, path, strnlen(path, PATH_MAX - 1));
    while (result == 0) {
        take_component(&walk, component);
        if (component[0] == '\0') {
            return walk.at;
        }
        result = take_step(&walk, component, launcher);
    }
    int error = errno;
    descriptor_close(&walk.at);
    errno = error;
    return result;
}

int walk_to(const char *path, uid_t launcher)
{
    int directory = os_open_without_links(path);
    return directory >= 0 || (errno != ELOOP && errno != ENOSYS && errno != EPERM) ? directory
                                                                                   : walk_by_steps(path, launcher);
}
