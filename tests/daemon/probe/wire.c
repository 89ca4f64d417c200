/* wire.c: lines on a channel. Nothing here allocates or uses stdio, so that signal handlers and hooks may report. */
#include "probe.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void put(struct line *line, char c)
{
    if (line->length < sizeof line->text) {
        line->text[line->length++] = c;
    }
}

static void put_string(struct line *line, const char *text)
{
    while (*text != '\0') {
        put(line, *text++);
    }
}

static bool is_plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("_-./:,+*@", c) != NULL);
}

void line_start(struct line *line, const char *word)
{
    line->length = 0;
    put_string(line, word);
}

void line_bytes(struct line *line, const char *key, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    put(line, ' ');
    put_string(line, key);
    put(line, '=');
    for (size_t i = 0; i < length; i++) {
        if (is_plain(at[i])) {
            put(line, (char)at[i]);
        } else {
            put(line, '%');
            put(line, "0123456789ABCDEF"[at[i] >> 4]);
            put(line, "0123456789ABCDEF"[at[i] & 15]);
        }
    }
}

void line_text(struct line *line, const char *key, const char *value)
{
    line_bytes(line, key, value, strlen(value));
}

void line_number(struct line *line, const char *key, int64_t value)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (value < 0) {
        digits[--at] = '-';
    }
    line_bytes(line, key, digits + at, sizeof digits - at);
}

static void send_bytes(int channel, const char *text, size_t length)
{
    const int saved = errno;
    if (channel == PROBE_NOWHERE) {
        return;
    }
    while (send(PROBE_FIRST_CHANNEL + channel, text, length, MSG_NOSIGNAL) < 0 && errno == EINTR) {
    }
    errno = saved;
}

void line_send(const struct line *line, int channel)
{
    send_bytes(channel, line->text, line->length);
}

/* A short line for signal handlers, which may run on a small alternative stack. */
void event_send(int channel, const char *word, const char *key, int64_t value)
{
    char text[128];
    size_t length = 0;
    char digits[24];
    size_t at = sizeof digits;
    const char *parts[4] = {word, " ", key, "="};
    for (size_t part = 0; part < 4; part++) {
        for (const char *c = parts[part]; *c != '\0' && length < 64; c++) {
            text[length++] = *c;
        }
    }
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    memcpy(text + length, digits + at, sizeof digits - at);
    send_bytes(channel, text, length + sizeof digits - at);
}

/* The next message, NUL-terminated; false at end of file: the observer has let go. */
bool channel_receive(int channel, char *buffer, size_t size)
{
    ssize_t got;
    do {
        got = read(PROBE_FIRST_CHANNEL + channel, buffer, size - 1);
    } while (got < 0 && errno == EINTR);
    if (got <= 0) {
        return false;
    }
    buffer[got] = '\0';
    return true;
}

static int hex(char c)
{
    const char *digits = "0123456789ABCDEF";
    const char *found = c != '\0' ? strchr(digits, c >= 'a' ? c - 'a' + 'A' : c) : NULL;
    return found != NULL ? (int)(found - digits) : -1;
}

void percent_decode(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (from[0] == '%' && hex(from[1]) >= 0 && hex(from[2]) >= 0) {
            *to++ = (char)(hex(from[1]) * 16 + hex(from[2]));
            from += 2;
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
}
