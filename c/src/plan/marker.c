/* The marker's text, and taking it out of the environment. No allocation: it is taken out before main(). */
#include "plan/marker.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

enum { NUMBER_DIGITS = 10, OBJECT_SIZE = sizeof(uint32_t), BYTES_DIGITS = 2 * (MARKER_NONCE_SIZE + OBJECT_SIZE) };

static const char hexadecimal[] = "0123456789abcdef";

/* All of one length, so that the parent can be written later. */
static char *put_number(char *text, unsigned number)
{
    for (size_t i = NUMBER_DIGITS; i-- > 0; number /= 10) {
        text[i] = (char)('0' + number % 10);
    }
    return text + NUMBER_DIGITS;
}

static char *put_bytes(char *text, const void *bytes, size_t size)
{
    const unsigned char *byte = bytes;
    for (size_t i = 0; i < size; i++) {
        *text++ = hexadecimal[byte[i] >> 4];
        *text++ = hexadecimal[byte[i] & 15];
    }
    return text;
}

/* VARIABLE=descriptor.parent.nonce.object */
static size_t parent_at(void)
{
    return sizeof(MARKER_VARIABLE) + NUMBER_DIGITS + 1;
}

_Static_assert(sizeof(MARKER_VARIABLE) + NUMBER_DIGITS + 1 + NUMBER_DIGITS + 1 + BYTES_DIGITS + 1 + 1 <=
                   MARKER_TEXT_SIZE,
               "the text fits");

void marker_write(char *text, const struct marker *marker)
{
    memcpy(text, MARKER_VARIABLE "=", sizeof(MARKER_VARIABLE));
    char *at = put_number(text + sizeof(MARKER_VARIABLE), (unsigned)marker->sealed);
    *at = '.';
    at = put_number(at + 1, (unsigned)marker->parent);
    *at = '.';
    at = put_bytes(at + 1, marker->nonce, MARKER_NONCE_SIZE);
    *at = '.';
    at = put_bytes(at + 1, &marker->object, OBJECT_SIZE);
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

static bool get_bytes(const char **at, void *ret_bytes, size_t size)
{
    unsigned char *bytes = ret_bytes;
    for (size_t i = 0; i < 2 * size; i++, (*at)++) {
        const char *digit = **at == '\0' ? NULL : strchr(hexadecimal, **at);
        if (digit == NULL) {
            return false;
        }
        unsigned value = (unsigned)(digit - hexadecimal);
        bytes[i / 2] = (unsigned char)(i % 2 == 0 ? value << 4 : bytes[i / 2] | value);
    }
    return true;
}

bool marker_parse(const char *value, struct marker *ret_marker)
{
    const char *at = value;
    return get_number(&at, &ret_marker->sealed) && get_number(&at, &ret_marker->parent) &&
           get_bytes(&at, ret_marker->nonce, MARKER_NONCE_SIZE) && *at++ == '.' &&
           get_bytes(&at, &ret_marker->object, OBJECT_SIZE) && *at == '\0';
}

/* FNV-1a. Two paths of one process that come to the same number are no danger, and next to impossible. */
uint32_t marker_object(const char *path)
{
    uint32_t number = path == NULL ? 0 : 2166136261U;
    for (; path != NULL && *path != '\0'; path++) {
        number = (number ^ (unsigned char)*path) * 16777619U;
    }
    return number;
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

void environment_take(const char *name)
{
    /* Nothing keeps a forged environment from naming it twice. */
    for (char **entry = find(name); entry != NULL; entry = find(name)) {
        take_out(entry);
    }
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
