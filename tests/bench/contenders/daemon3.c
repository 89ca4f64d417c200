/*
 * daemon3.c: daemon(3) of the C library.
 */
#include <unistd.h>

#include "contender.h"

int main(void)
{
    static struct preserved preserved;
    contender_prepare(&preserved);

    contender_called();
    if (daemon(0, 0) != 0) {
        contender_failed("daemon");
    }
    contender_first();
}
