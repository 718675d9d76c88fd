/* hostile_test.c - messages and bodies damaged at random: always exactly one answer, the stream
 * lives, the pools are empty afterwards. */
#include "tests/live/rig.h"

#include <stdlib.h>

static uint32_t seed = 12345;

static uint32_t next_random(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed % below;
}

static const char *const whole[] = {
    "{\"a\":1,\"do\":\"rename\",\"f\":{\"name\":\"Pump\",\"limit\":\"5\",\"loud\":true,\"color\":"
    "\"red\"}}",
    "{\"a\":2,\"do\":\"inc\",\"f\":{}}",
    "{\"action\":\"rename\",\"data\":{\"name\":[\"x\",\"y\"],\"limit\":-40},\"submitter\":"
    "\"rename\"}",
    "{\"action\":\"__navigate__\",\"data\":{\"q\":\"%41&=+\"}}",
    "{\"a\":3,\"do\":\"slow\"}",
    "{\"a\":4,\"do\":\"pause\",\"f\":null}",
};

/* Bytes are changed, cut out, doubled; ASCII stays ASCII, for broken UTF-8 never gets past net. */
static void damage(char text[static 512])
{
    static const char palette[] = "{}[]\",:\\u0 19-eEtfn%&=x";
    snprintf(text, 512, "%s", whole[next_random(WICK_COUNT_OF(whole))]);
    for (uint32_t times = next_random(4); times > 0; times--) {
        size_t len = strlen(text), at = next_random((uint32_t)len + 1);
        switch (next_random(3)) {
        case 0:
            if (at < len) {
                text[at] = palette[next_random(sizeof palette - 1)];
            }
            break;
        case 1:
            memmove(text + at, text + at + (at < len), len - at + 1 - (at < len));
            break;
        default:
            if (len < 400) {
                memmove(text + at + 20, text + at, len - at + 1);
                memcpy(text + at, "{\"a\":[1,2,\"do\",null]", 20);
            }
        }
    }
}

static void every_message_is_answered(const char *target, const char *protocol, const char *mark)
{
    static struct kit_client client;
    char text[512];
    T_EQ_INT(ws_open(&client, target, protocol, ""), 101);
    while (ws_next(&client) != NULL) {
    }
    for (unsigned round = 0; round < 300; round++) {
        damage(text);
        ws_send(&client, text);
        unsigned answers = 0;
        for (unsigned waits = 0; answers == 0 && waits < 3; waits++) {
            for (const char *answer = ws_next(&client); answer != NULL;
                 answer = client.len > 0 ? ws_next(&client) : NULL) {
                answers += strstr(answer, mark) != NULL;
                T_CHECK(strncmp(answer, "close", 5) != 0);
            }
        }
        if (answers != 1) {
            fprintf(stderr, "%u answers to %s\n", answers, text);
            T_EQ_INT(answers, 1);
            break;
        }
    }
    rig_close(&client);
}

static void every_post_is_answered(void)
{
    char text[512];
    for (unsigned round = 0; round < 100; round++) {
        damage(text);
        T_EQ_INT(http_status(http_post("/", "Content-Type: application/json\r\n", text)), 200);
        T_EQ_INT(http_status(http_post("/lt", "Content-Type: application/json\r\n", text)), 200);
        int status = http_status(
            http_post("/", "Content-Type: application/x-www-form-urlencoded\r\n", text));
        T_CHECK(status == 200 || status == 303 || status == 400);
    }
}

int main(void)
{
    log_set_level(LOG_ERROR);
    rig_start();
    every_message_is_answered("/?v=00112233445566778899aabbccddeeff", "wick.1", "\"ok\":");
    every_message_is_answered("/lt", NULL, "\"meta\":");
    every_post_is_answered();
    rig_skip_ms(LIVE_WAIT_PLAIN_MS + LIVE_WAIT_MS);
    kit_passes(4);
    T_EQ_INT(kit_stat("wick_views"), 0);
    T_EQ_INT(kit_stat("wick_forms"), 0);
    T_EQ_INT(kit_stat("wick_views_joined"), 0);
    return t_done();
}
