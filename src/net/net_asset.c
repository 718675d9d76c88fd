/* net_asset.c - files that are part of the program, and /healthz.
 *
 * Found by a hash of the path. Each encoding has an ETag of its own (RFC 9110 section 8.8.3.3): the
 * asset's, with a letter.
 */
#include "base/hash.h"
#include "net/net_priv.h"

#include <string.h>

enum { TABLE_LEN = 256, ETAG_CAP = 64, HEADERS_CAP = 320 };

static struct {
    uint16_t table[TABLE_LEN];   /* index + 1 of an asset, 0: empty */
    const struct net_asset *all; /* the assets that are in it */
    struct buf headers;
    uint8_t headers_mem[HEADERS_CAP];
} assets;

void asset_end(void)
{
    assets.all = NULL;
}

static size_t slot_of(struct str path)
{
    return (size_t)(hash_fnv64(HASH_FNV64_START, path.ptr, path.len) % TABLE_LEN);
}

static void fill_table(void)
{
    memset(assets.table, 0, sizeof assets.table);
    assets.all = net.hooks->asset;
    WICK_ASSERT(net.hooks->asset_count < TABLE_LEN / 2);
    for (size_t i = 0; i < net.hooks->asset_count; i++) {
        size_t slot = slot_of(assets.all[i].path);
        while (assets.table[slot] != 0) {
            slot = (slot + 1) % TABLE_LEN;
        }
        assets.table[slot] = (uint16_t)(i + 1);
    }
}

static const struct net_asset *find(struct str path)
{
    if (assets.all != net.hooks->asset) {
        fill_table();
    }
    for (size_t slot = slot_of(path); assets.table[slot] != 0; slot = (slot + 1) % TABLE_LEN) {
        if (str_eq(assets.all[assets.table[slot] - 1].path, path)) {
            return &assets.all[assets.table[slot] - 1];
        }
    }
    return NULL;
}

/* Accept-Encoding (RFC 9110 section 12.5.3): is the coding named with a weight that is not 0? */
static bool accepts(struct str list, struct str coding)
{
    while (list.len > 0) {
        struct str weight = str_trim(str_cut(&list, ','), " \t");
        struct str name = str_trim(str_cut(&weight, ';'), " \t");
        if (!str_eq_nocase(name, coding)) {
            continue;
        }
        weight = str_trim(weight, " \t");
        return !(str_starts(weight, STR("q=0")) && str_trim(weight, "q=0.").len == 0);
    }
    return false;
}

/* Without the header any coding will do (RFC 9110 section 12.5.3); what is there uncompressed is
 * then sent so. */
static bool accepts_gzip(const struct net_asset *asset, struct str accepted)
{
    if (accepted.ptr == NULL || (asset->identity.len == 0 && accepts(accepted, STR("*")))) {
        return asset->identity.len == 0;
    }
    return accepts(accepted, STR("gzip"));
}

static bool has_etag(struct str list, struct str etag)
{
    while (list.len > 0) {
        struct str one = str_trim(str_cut(&list, ','), " \t");
        if (str_starts(one, STR("W/"))) {
            one = (struct str){ one.ptr + 2, one.len - 2 };
        }
        if (str_eq(one, etag) || str_eq(one, STR("*"))) {
            return true;
        }
    }
    return false;
}

static struct str make_etag(const struct net_asset *asset, char letter, char mem[static ETAG_CAP])
{
    size_t len = asset->etag.len;
    if (letter == 0 || len < 2 || len + 1 >= ETAG_CAP) {
        return asset->etag;
    }
    memcpy(mem, asset->etag.ptr, len - 1);
    mem[len - 1] = letter;
    mem[len] = '"';
    return (struct str){ mem, len + 1 };
}

static void serve(struct net_conn *c, const struct net_asset *asset, const struct http_req *req)
{
    char etag_mem[ETAG_CAP];
    char letter = 0;
    struct str accepted = http_header(req, STR("accept-encoding"));
    struct http_res res = {
        .status = 200, .type = asset->type, .body = asset->identity, .is_static = true
    };
    buf_init(&assets.headers, assets.headers_mem, sizeof assets.headers_mem);
    if (asset->brotli.len > 0 && accepts(accepted, STR("br"))) {
        letter = 'b';
        res.body = asset->brotli;
        buf_put_str(&assets.headers, STR("Content-Encoding: br\r\n"));
    } else if (asset->gzip.len > 0 && accepts_gzip(asset, accepted)) {
        letter = 'g';
        res.body = asset->gzip;
        buf_put_str(&assets.headers, STR("Content-Encoding: gzip\r\n"));
    }
    if (res.body.len == 0) {
        answer_error(c, 406, STR("This file is available in gzip form only."),
                     STR("Vary: Accept-Encoding\r\n"));
        return;
    }
    struct str etag = make_etag(asset, letter, etag_mem);
    if (has_etag(http_header(req, STR("if-none-match")), etag)) {
        assets.headers.len = 0;
        res.status = 304;
        res.type.len = 0;
        res.body.len = 0;
    }
    buf_put_str(&assets.headers, STR("ETag: "));
    buf_put_str(&assets.headers, etag);
    buf_put_str(&assets.headers,
                asset->is_immutable
                    ? STR("\r\nCache-Control: public, max-age=31536000, immutable\r\n")
                    : STR("\r\nCache-Control: no-cache\r\n"));
    if (asset->brotli.len > 0 || asset->gzip.len > 0) {
        buf_put_str(&assets.headers, STR("Vary: Accept-Encoding\r\n"));
    }
    WICK_ASSERT(assets.headers.err == WICK_OK);
    res.headers = buf_str(&assets.headers);
    answer_send(c, &res);
}

bool asset_serve(struct net_conn *c, const struct http_req *req)
{
    const struct net_asset *asset = find(req->path);
    bool is_health = str_eq(req->path, STR("/healthz"));
    if (asset == NULL && !is_health) {
        return false;
    }
    if (req->method != HTTP_GET && req->method != HTTP_HEAD) {
        answer_error(c, 405, STR("This address can only be read."), STR("Allow: GET, HEAD\r\n"));
    } else if (is_health) {
        answer_send(
            c, &(struct http_res){ .status = 200, .type = STR("text/plain"), .body = STR("ok\n") });
    } else {
        serve(c, asset, req);
    }
    return true;
}
