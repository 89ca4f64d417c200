#include "os/linux/rseq.h"

#include <errno.h>
#include <stddef.h>
#include <sys/auxv.h>

#include "os/linux/raw_call.h"

#ifndef SYS_rseq
#ifdef __NR_rseq
#define SYS_rseq __NR_rseq
#endif
#endif

#if defined(__x86_64__) && !defined(__ILP32__) && defined(SYS_rseq)

enum {
    SIGNATURE = 0x53053053, /* of x86, in glibc as everywhere: what stands before an abort handler */
    UNREGISTER = 1,
    LENGTH = 32,             /* of the first version of the structure, and of all registrations before Linux 6.3 */
    FEATURE_SIZE_ENTRY = 27, /* AT_RSEQ_FEATURE_SIZE, AT_RSEQ_ALIGN: glibc 2.41 registers as much as the kernel has */
    ALIGN_ENTRY = 28,
    REGISTRATION_FAILED = -2 /* RSEQ_CPU_ID_REGISTRATION_FAILED: sched_getcpu() then asks the kernel */
};

/* The beginning of the kernel's structure, which never changes. */
struct area {
    uint32_t cpu_id_start;
    int32_t cpu_id;
    uint8_t rest[LENGTH - 2 * sizeof(uint32_t)];
} __attribute__((aligned(LENGTH)));

/* glibc 2.35, in the dynamic linker: without them the C library registers nothing. Weak, so that neither the version of
 * glibc nor another library is needed for their sake. */
extern const ptrdiff_t __rseq_offset __attribute__((weak));  /* NOLINT(bugprone-reserved-identifier,cert-dcl*) */
extern const unsigned int __rseq_size __attribute__((weak)); /* NOLINT(bugprone-reserved-identifier,cert-dcl*) */

static long call(void *area, uint32_t length, int flags)
{
    return raw_call(SYS_rseq, RAW(area), (long)length, flags, SIGNATURE, 0);
}

static void *area_of_libc(void)
{
    if (&__rseq_offset == NULL || &__rseq_size == NULL || __rseq_size == 0) {
        return NULL;
    }
    char *thread = NULL;
    __asm__("mov %%fs:0, %0" : "=r"(thread));
    return thread + __rseq_offset;
}

static uint32_t length_of_kernel(void)
{
    unsigned long size = getauxval(FEATURE_SIZE_ENTRY);
    unsigned long align = getauxval(ALIGN_ENTRY);
    if (align == 0 || size <= LENGTH) {
        return LENGTH;
    }
    return (uint32_t)((size + align - 1) / align * align);
}

/* EBUSY is the kernel's word for: this very registration is there already. */
static bool confirm(struct rseq_registration *registration)
{
    const uint32_t lengths[] = {LENGTH, length_of_kernel()};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        registration->length = lengths[i];
        if (call(registration->area, lengths[i], 0) == -EBUSY) {
            return true;
        }
    }
    return false;
}

/* That another one can be registered is the proof that none is. Somebody else's (an allocator's) cannot be found. */
static bool confirm_none(void)
{
    static struct area trial;
    return call(&trial, LENGTH, 0) == 0 && call(&trial, LENGTH, UNREGISTER) == 0;
}

bool rseq_find(struct rseq_registration *ret_registration)
{
    ret_registration->area = area_of_libc();
    return ret_registration->area != NULL ? confirm(ret_registration) : confirm_none();
}

void rseq_renew(const struct rseq_registration *registration)
{
    struct area *area = registration->area;
    if (area != NULL && call(area, registration->length, 0) != 0) {
        area->cpu_id_start = 0;
        area->cpu_id = REGISTRATION_FAILED;
    }
}

#else

bool rseq_find(struct rseq_registration *ret_registration)
{
    (void)ret_registration;
    return false;
}

void rseq_renew(const struct rseq_registration *registration)
{
    (void)registration;
}

#endif
