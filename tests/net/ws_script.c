/* ws_script.c - see ws_script.h. */
#include "ws_script.h"

#include "t.h"

#include <string.h>

enum { SCRIPT_CAP = 1 << 17 };

static struct kit_client a;
static const char *case_name;
static uint8_t sent[SCRIPT_CAP], want[SCRIPT_CAP];
static size_t sent_len, want_len;
static bool want_closed;

void start(const char *name)
{
    case_name = name;
    sent_len = want_len = 0;
    want_closed = false;
}

void tx_bytes(const void *payload, unsigned first_byte, size_t len)
{
    sent_len += kit_frame(sent + sent_len, first_byte, payload, len);
}

void tx(unsigned first_byte, const char *payload)
{
    tx_bytes(payload, first_byte, strlen(payload));
}

void raw(const char *bytes, size_t len)
{
    memcpy(sent + sent_len, bytes, len);
    sent_len += len;
}

void rx_bytes(const void *payload, unsigned first_byte, size_t len)
{
    want[want_len++] = (uint8_t)first_byte;
    if (len < 126) {
        want[want_len++] = (uint8_t)len;
    } else {
        want[want_len++] = 126;
        want[want_len++] = (uint8_t)(len >> 8);
        want[want_len++] = (uint8_t)len;
    }
    memcpy(want + want_len, payload, len);
    want_len += len;
}

void rx(unsigned first_byte, const char *payload)
{
    rx_bytes(payload, first_byte, strlen(payload));
}

void rx_close(unsigned code)
{
    uint8_t payload[2] = { (uint8_t)(code >> 8), (uint8_t)code };
    rx_bytes(payload, CLOSE, code == 0 ? 0 : 2);
    want_closed = true;
}

void tx_drop(size_t len)
{
    sent_len -= len;
}

void tx_close(unsigned code, const void *reason, size_t reason_len)
{
    uint8_t payload[256] = { (uint8_t)(code >> 8), (uint8_t)code };
    memcpy(payload + 2, reason, reason_len);
    tx_bytes(payload, CLOSE, 2 + reason_len);
}

/* --- running them ----------------------------------------------------------------------------- */

static void check(const char *how, size_t at)
{
    bool is_same = a.len == want_len && memcmp(a.mem, want, want_len) == 0;
    if (!is_same || a.is_closed != want_closed) {
        fprintf(stderr, "%s:%d: %s, %s %zu: got %zu bytes, not %zu (%s), %s\n", __FILE__, __LINE__,
                case_name, how, at, a.len, want_len, is_same ? "same" : "others",
                a.is_closed ? "closed" : "open");
        t_failed++;
    }
    h_shut(&a);
}

static void run_cut(size_t first, size_t step)
{
    h_open(&a);
    h_upgrade(&a);
    kit_send(&a, sent, first);
    for (size_t at = first; at < sent_len; at += step) {
        kit_passes(1);
        kit_send(&a, sent + at, step < sent_len - at ? step : sent_len - at);
    }
    kit_pump(&a);
    check("cut at", first);
}

static void run_glued(void)
{
    static uint8_t glued[SCRIPT_CAP + 512];
    const char *head =
        "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    size_t len = strlen(head);
    memcpy(glued, head, len);
    memcpy(glued + len, sent, sent_len);
    for (size_t first = 0; first <= 40; first += 20) { /* also from an input buffer */
        h_open(&a);
        kit_send(&a, glued, first);
        kit_passes(1);
        kit_send(&a, glued + first, len + sent_len - first);
        kit_pump(&a);
        char *end = memmem(a.mem, a.len, "\r\n\r\n", 4);
        T_CHECK(end != NULL && h_status(&a) == 101);
        size_t head_len = end == NULL ? 0 : (size_t)(end + 4 - a.mem);
        memmove(a.mem, a.mem + head_len, a.len - head_len);
        a.len -= head_len;
        check("glued", first);
    }
}

void run(void)
{
    run_cut(sent_len, 1);
    run_glued();
    if (sent_len <= 20000) {
        run_cut(0, 1);
    }
    for (size_t first = 0; first < sent_len && first < 200; first++) {
        run_cut(first, sent_len);
    }
    for (size_t first = sent_len > 230 ? sent_len - 30 : sent_len; first < sent_len; first++) {
        run_cut(first, sent_len);
    }
    run_cut(0, 997);
}

void run_few(void)
{
    run_cut(sent_len, 1);
    run_cut(0, 1);
}
