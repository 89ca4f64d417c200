/* redirect.c: the table by which the C probe's calls go to Python. */
#define REDIRECT_TABLE
#include "redirect.h"
