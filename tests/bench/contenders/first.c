/*
 * first.c: the program that commands start as a daemon; its first statement is the one that counts.
 */
#include "contender.h"

int main(void)
{
    contender_prepare_again();
    contender_first();
}
