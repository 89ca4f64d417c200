/* The processes that one input makes: what they covered, whether they broke, and that all of them are gone. */
#ifndef DAEMONCTX_FUZZ_PROCESSES_H
#define DAEMONCTX_FUZZ_PROCESSES_H

#ifdef __cplusplus
extern "C" {
#endif

/* Once, before the first input. */
void processes_prepare(void);
/* Waits for every descendant; a sanitizer's report in one of them is printed and ends this process too. */
void processes_settle(void);

#ifdef __cplusplus
}
#endif
#endif
