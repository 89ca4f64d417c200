/* What the JVM calls: enough of the library for one daemon. It is closed at exit(). */
#include <daemonctx/daemonctx.h>
#include <jni.h>
#include <stddef.h>

static daemonctx_context_t *context;

JNIEXPORT jboolean JNICALL Java_Program_isRelaunched(JNIEnv *env, jclass self)
{
    (void)env;
    (void)self;
    return daemonctx_is_relaunched() == 1 ? JNI_TRUE : JNI_FALSE;
}

JNIEXPORT jstring JNICALL Java_Program_open(JNIEnv *env, jclass self, jstring pidfile)
{
    (void)self;
    const char *path = (*env)->GetStringUTFChars(env, pidfile, NULL);
    if (path == NULL || daemonctx_new(&context) != DAEMONCTX_OK) {
        return (*env)->NewStringUTF(env, "no memory");
    }
    (void)daemonctx_set_detach_process(context, DAEMONCTX_DETACH_PROCESS_YES);
    (void)daemonctx_set_detach_method(context, DAEMONCTX_DETACH_METHOD_REEXEC);
    (void)daemonctx_set_pidfile(context, path);
    (void)daemonctx_set_stderr_inherit(context);
    (*env)->ReleaseStringUTFChars(env, pidfile, path);
    const daemonctx_status_t status = daemonctx_open(context);
    return status == DAEMONCTX_OK ? NULL : (*env)->NewStringUTF(env, daemonctx_error_message(context));
}

JNIEXPORT jboolean JNICALL Java_Program_waitForTermination(JNIEnv *env, jclass self)
{
    (void)env;
    (void)self;
    daemonctx_status_t status = DAEMONCTX_OK;
    while (status == DAEMONCTX_OK) {
        status = daemonctx_wait_events(context, -1);
    }
    (void)daemonctx_close(context);
    return status == DAEMONCTX_TERMINATED ? JNI_TRUE : JNI_FALSE;
}
