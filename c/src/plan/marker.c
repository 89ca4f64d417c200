/* The marker's text, and taking it out of the environment. No allocation: it is taken out before main(). */
#include "plan/marker.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

enum { NUMBER_DIGITS = 10, NONCE_DIGITS = 2 * MARKER_NONCE_SIZE };

static const char hexadecimal[] = "0123456789abcdef";

/* All of one length, so that the parent can be written later. */
static char *put_number(char *text, unsigned number)
{
    for (size_t i = NUMBER_DIGITS; i-- > 0; number /= 10) {
        text[i] = (char)('0' + number % 10);
    }
    return text + NUMBER_DIGITS;
}

/* VARIABLE=descriptor.parent.nonce */
static size_t parent_at(void)
{
    return sizeof(MARKER_VARIABLE) + NUMBER_DIGITS + 1;
}

_Static_assert(sizeof(MARKER_VARIABLE) + NUMBER_DIGITS + 1 + NUMBER_DIGITS + 1 + NONCE_DIGITS + 1 <= MARKER_TEXT_SIZE,
               "the text fits");

void marker_write(char *text, const struct marker *marker)
{
    memcpy(text, MARKER_VARIABLE "=", sizeof(MARKER_VARIABLE));
    char *at = put_number(text + sizeof(MARKER_VARIABLE), (unsigned)marker->sealed);
    *at = '.';
    at = put_number(at + 1, (unsigned)marker->parent);
    *at++ = '.';
    for (size_t i = 0; i < MARKER_NONCE_SIZE; i++) {
        *at++ = hexadecimal[marker->nonce[i] >> 4];
        *at++ = hexadecimal[marker->nonce[i] & 15];
    }
    *at = '\0';
}

void marker_set_parent(char *text, pid_t parent)
{
    (void)put_number(text + parent_at(), (unsigned)parent);
}

static bool get_number(const char **at, int *ret_number)
{
    long long number = 0;
    for (size_t i = 0; i < NUMBER_DIGITS; i++, (*at)++) {
        if (**at < '0' || **at > '9') {
            return false;
        }
        number = number * 10 + (**at - '0');
    }
    *ret_number = (int)number;
    return number <= 0x7fffffff && *(*at)++ == '.';
}

bool marker_parse(const char *value, struct marker *ret_marker)
{
    const char *at = value;
    if (!get_number(&at, &ret_marker->sealed) || !get_number(&at, &ret_marker->parent)) {
        return false;
    }
    for (size_t i = 0; i < NONCE_DIGITS; i++) {
        const char *digit = at[i] == '\0' ? NULL : strchr(hexadecimal, at[i]);
        if (digit == NULL) {
            return false;
        }
        unsigned value_of_digit = (unsigned)(digit - hexadecimal);
        unsigned char *byte = &ret_marker->nonce[i / 2];
        *byte = (unsigned char)(i % 2 == 0 ? value_of_digit << 4 : *byte | value_of_digit);
    }
    return at[NONCE_DIGITS] == '\0';
}

static char **find(const char *name)
{
    size_t length = strlen(name);
    for (char **entry = environ; entry != NULL && *entry != NULL; entry++) {
        if (**entry == *name && strncmp(*entry, name, length) == 0 && (*entry)[length] == '=') {
            return entry;
        }
    }
    return NULL;
}

/* The array is closed up in place: a runtime that counts its entries for itself sees what environ shows. */
static void take_out(char **entry)
{
    memset(*entry, 0, strlen(*entry));
    for (; *entry != NULL; entry++) {
        entry[0] = entry[1];
    }
}

bool environment_take(const char *name, char *ret_value, size_t size)
{
    char **entry = find(name);
    if (entry == NULL) {
        return false;
    }
    const char *value = *entry + strlen(name) + 1;
    size_t length = strnlen(value, size - 1);
    memcpy(ret_value, value, length);
    ret_value[length] = '\0';
    for (; entry != NULL; entry = find(name)) {
        take_out(entry); /* nothing keeps a forged environment from naming it twice */
    }
    return true;
}

void environment_cut(const char *name, size_t length)
{
    char **entry = find(name);
    if (entry == NULL) {
        return;
    }
    char *value = *entry + strlen(name) + 1;
    if (length == 0) {
        take_out(entry);
    } else if (strlen(value) > length) {
        memset(value + length, 0, strlen(value + length));
    }
}
