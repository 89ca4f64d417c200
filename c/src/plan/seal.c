/* What is in the sealed plan: one list of fields, gone through in both directions. */
#include "plan/seal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "context.h"

enum { FIRST_SIZE = 4096, LARGEST_SIZE = 32 << 20 /* more than a million descriptors and the state take */ };

static const char magic[] = "daemonctx plan";
/* A program that is started again may find another version of the library. */
#define TEXT_OF(number) TEXT_OF_VALUE(number)
#define TEXT_OF_VALUE(number) #number
static const char format[] = TEXT_OF(DAEMONCTX_VERSION_MAJOR) "." TEXT_OF(DAEMONCTX_VERSION_MINOR) "." TEXT_OF(
    DAEMONCTX_VERSION_PATCH) " form 1";

/* Bytes that are being written, or read. The first thing that goes wrong stays: nothing is done after it. */
struct passage {
    bool writing;
    int error;
    char *bytes;
    size_t size; /* room, or how many there are to read */
    size_t used;
};

static bool make_room(struct passage *passage, size_t length)
{
    size_t size = passage->size == 0 ? FIRST_SIZE : passage->size;
    while (size - passage->used < length) {
        size *= 2;
    }
    char *bytes = size == passage->size ? passage->bytes : realloc(passage->bytes, size);
    if (bytes == NULL) {
        passage->error = ENOMEM;
        return false;
    }
    passage->bytes = bytes;
    passage->size = size;
    return true;
}

static void pass(struct passage *passage, void *item, size_t length)
{
    if (passage->error != 0 || item == NULL || length == 0) {
        return;
    }
    if (!passage->writing && passage->size - passage->used < length) {
        passage->error = EPROTO;
        return;
    }
    if (passage->writing && !make_room(passage, length)) {
        return;
    }
    char *here = passage->bytes + passage->used;
    memcpy(passage->writing ? here : item, passage->writing ? item : here, length);
    passage->used += length;
}

#define PASS(passage, item) pass(passage, &(item), sizeof(item))

/* The list, when it is read in memory of its own; NULL: it has no items. */
static void *pass_list(struct passage *passage, void *list, size_t *count, size_t item)
{
    PASS(passage, *count);
    if (!passage->writing) {
        list = NULL;
        if (passage->error == 0 && *count > (passage->size - passage->used) / item) {
            passage->error = EPROTO;
        } else if (passage->error == 0 && *count > 0) {
            list = malloc(*count * item);
            passage->error = list == NULL ? ENOMEM : 0;
        }
        if (list == NULL) {
            *count = 0;
        }
    }
    pass(passage, list, *count * item);
    return list;
}

#define PASS_LIST(passage, list, count) (list) = pass_list(passage, list, &(count), sizeof(*(list)))

/* NULL stays NULL. */
static void pass_text(struct passage *passage, char **text)
{
    size_t size = passage->writing && *text != NULL ? strlen(*text) + 1 : 0;
    *text = pass_list(passage, *text, &size, 1);
    if (!passage->writing && *text != NULL && (*text)[size - 1] != '\0') {
        passage->error = EPROTO;
    }
}

static void pass_seal(struct passage *passage, struct seal *seal)
{
    PASS(passage, seal->generation);
    PASS(passage, seal->preload_kept);
    PASS(passage, seal->preloaded);
    PASS(passage, seal->detach);
    PASS(passage, seal->traced);
    PASS(passage, seal->managed);
    PASS(passage, seal->dumpable);
    PASS(passage, seal->report_out);
    PASS(passage, seal->mask);
    PASS(passage, seal->name);
    PASS_LIST(passage, seal->close_on_exec, seal->close_on_exec_count);
}

static void pass_identity_option(struct passage *passage, struct identity_option *identity)
{
    PASS(passage, identity->form);
    PASS(passage, identity->id);
    pass_text(passage, &identity->name);
}

/* All but callbacks and their data, which mean nothing in another image. */
static void pass_options(struct passage *passage, struct options *options)
{
    PASS_LIST(passage, options->files_preserve, options->files_preserve_count);
    pass_text(passage, &options->chroot_directory);
    pass_text(passage, &options->working_directory);
    PASS(passage, options->umask_inherit);
    PASS(passage, options->umask);
    pass_text(passage, &options->pidfile);
    PASS(passage, options->detach_process);
    PASS(passage, options->detach_reason);
    for (int signum = 0; signum < SIGNAL_LIMIT; signum++) {
        PASS(passage, options->signal_map[signum].action);
    }
    PASS(passage, options->signal_reset);
    pass_identity_option(passage, &options->user);
    pass_identity_option(passage, &options->group);
    PASS(passage, options->groups_given);
    PASS_LIST(passage, options->groups, options->groups_count);
    PASS(passage, options->prevent_core);
    for (int i = 0; i < STREAM_COUNT; i++) {
        PASS(passage, options->streams[i].kind);
        PASS(passage, options->streams[i].fd);
        pass_text(passage, &options->streams[i].path);
        PASS(passage, options->streams[i].mode);
    }
    PASS(passage, options->detach_method);
    PASS(passage, options->ready_mode);
    PASS(passage, options->ready_timeout_ms);
    PASS(passage, options->stream_switch);
    PASS(passage, options->no_new_privs);
    PASS(passage, options->capabilities);
    PASS(passage, options->close_at_exit);
    PASS_LIST(passage, options->state, options->state_length);
}

static void pass_keep(struct passage *passage, struct descriptor_set *keep)
{
    size_t capacity = keep->capacity;
    size_t count = keep->count;
    int *fds = keep->fds;
    PASS(passage, capacity);
    PASS_LIST(passage, fds, count);
    if (passage->writing) {
        return;
    }
    if (passage->error == 0 && (count > capacity || !descriptor_set_reserve(keep, capacity))) {
        passage->error = count > capacity ? EPROTO : ENOMEM;
    }
    if (passage->error == 0) {
        descriptor_set_fill(keep, fds, count);
    }
    free(fds);
}

static void pass_plan(struct passage *passage, struct plan *plan)
{
    PASS(passage, plan->detach);
    pass_text(passage, &plan->chroot_directory);
    pass_text(passage, &plan->working_directory);
    PASS(passage, plan->identity.given);
    PASS(passage, plan->identity.groups_given);
    PASS(passage, plan->identity.change_groups);
    PASS(passage, plan->identity.uid);
    PASS(passage, plan->identity.gid);
    PASS_LIST(passage, plan->identity.groups, plan->identity.groups_count);
    for (int i = 0; i < STREAM_COUNT; i++) {
        PASS(passage, plan->streams[i].stays);
        PASS(passage, plan->streams[i].source);
        PASS(passage, plan->streams[i].own);
        PASS(passage, plan->streams[i].created);
        pass_text(passage, &plan->streams[i].path);
        PASS(passage, plan->streams[i].mode);
    }
    PASS(passage, plan->null_fd);
    pass_keep(passage, &plan->keep);
    PASS(passage, plan->pidfile.fd);
    pass_text(passage, &plan->pidfile.path);
    PASS(passage, plan->pidfile.device);
    PASS(passage, plan->pidfile.inode);
    PASS(passage, plan->pidfile.is_private);
    PASS(passage, plan->report_out);
}

static void pass_all(struct passage *passage, struct seal *seal, daemonctx_context_t *ctx)
{
    pass_seal(passage, seal);
    pass_options(passage, &ctx->options);
    pass_plan(passage, &ctx->plan);
    PASS(passage, ctx->launch.preserve_room);
}

static int write_whole(int fd, const char *bytes, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t written = pwrite(fd, bytes + done, size - done, (off_t)done);
        if (written < 0 && errno != EINTR) {
            return -1;
        }
        done += written < 0 ? 0 : (size_t)written;
    }
    return 0;
}

/* The limit of a file's size holds for memory too, and its signal would end the launcher. */
static bool is_too_large(size_t size)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && size > limit.rlim_cur;
}

int seal_write(daemonctx_context_t *ctx, struct seal *seal, int fd)
{
    struct passage passage = {.writing = true};
    pass(&passage, (void *)magic, sizeof(magic));
    PASS(&passage, seal->nonce);
    pass(&passage, (void *)format, sizeof(format));
    pass_all(&passage, seal, ctx);
    if (passage.error == 0 && is_too_large(passage.used)) {
        passage.error = EFBIG;
    }
    errno = passage.error;
    int result = passage.error != 0 || write_whole(fd, passage.bytes, passage.used) != 0 || os_seal(fd) != 0 ? -1 : 0;
    int error = errno;
    free(passage.bytes);
    errno = error;
    return result;
}

/* Read, not mapped: what is sealed can be neither changed nor cut off meanwhile, and is small. */
static int read_whole(int fd, struct passage *passage)
{
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return -1;
    }
    if (status.st_size > LARGEST_SIZE) {
        errno = EFBIG;
        return -1;
    }
    passage->size = (size_t)status.st_size;
    passage->bytes = malloc(passage->size + 1);
    if (passage->bytes == NULL) {
        return -1;
    }
    for (size_t done = 0; done < passage->size;) {
        ssize_t got = pread(fd, passage->bytes + done, passage->size - done, (off_t)done);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            errno = got == 0 ? EPROTO : errno;
            return -1;
        }
        done += got < 0 ? 0 : (size_t)got;
    }
    return 0;
}

static void pass_head(struct passage *passage, const unsigned char *nonce, struct seal *seal)
{
    char found_magic[sizeof(magic)] = "";
    char found_format[sizeof(format)] = "";
    PASS(passage, found_magic);
    PASS(passage, seal->nonce);
    PASS(passage, found_format);
    if (passage->error == 0 &&
        (memcmp(found_magic, magic, sizeof(magic)) != 0 || memcmp(seal->nonce, nonce, MARKER_NONCE_SIZE) != 0 ||
         memcmp(found_format, format, sizeof(format)) != 0)) {
        passage->error = EPROTO;
    }
}

int seal_read(int fd, const unsigned char *nonce, struct seal *ret_seal, daemonctx_context_t *ctx)
{
    struct passage passage = {.writing = false};
    memset(ret_seal, 0, sizeof(*ret_seal));
    int sealed = os_is_sealed(fd);
    if (sealed != 1) {
        errno = sealed < 0 ? errno : EPROTO;
        return -1;
    }
    if (read_whole(fd, &passage) != 0) {
        passage.error = errno == 0 ? EPROTO : errno;
    }
    pass_head(&passage, nonce, ret_seal);
    pass_all(&passage, ret_seal, ctx);
    free(passage.bytes);
    errno = passage.error;
    return passage.error == 0 ? 0 : -1;
}
