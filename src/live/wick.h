/* wick.h - what an application programs against: pages, controllers, state, actions, forms.
 *
 * Layer: live. Memory: the application's state is its own static structs; views are copies in a
 * fixed pool.
 *
 * A page is a template, a device state (one struct, the same for every viewer), a view state (one
 * small struct per open tab) and a controller: mount, connect, disconnect and one C function per
 * action. State structs are plain data without pointers: they are copied and compared as bytes.
 * After every turn wick finds what changed and sends it; there is no "dirty" call. wickc generates
 * from page.html the struct wick_page, the struct of each form's fields and the prototypes of the
 * actions, so a wrong signature does not compile and a missing action does not link.
 */
#ifndef WICK_H
#define WICK_H

#include "live/wick_field.h"
#include "tmpl/tmpl_safe.h"
#include "wire/wire.h"

/* A list of fixed capacity; n elements in use; what did not fit is counted in dropped and shown,
 * never silently lost. */
#define WICK_LIST(T, N)                                                                            \
    struct {                                                                                       \
        uint32_t len;                                                                              \
        uint32_t dropped;                                                                          \
        T v[N];                                                                                    \
    }
/** Next free element of a list, cleared; NULL (and counted as dropped) when it is full. */
#define wick_list_add(list)                                                                        \
    ((list)->len < WICK_COUNT_OF((list)->v)                                                        \
         ? wick_clear(&(list)->v[(list)->len++], sizeof(list)->v[0])                               \
         : ((list)->dropped++, NULL))
void *wick_clear(void *mem, size_t size);
/** Copy text into char[cap] so that equal text means equal bytes (the rest is zeroed). false: cut.
 */
bool wick_set(char *to, size_t cap, struct str from);

enum wick_role { WICK_VIEWER, WICK_OPERATOR, WICK_ADMIN };

/* --- forms: generated from the template's inputs ---------------------------------------------- */

struct wick_turn; /* what an action may use: see below */

struct wick_action {
    const char *name;
    uint8_t role;                   /* enum wick_role: the least that may call it */
    const struct wick_field *field; /* [field_count] */
    uint16_t field_count;
    uint32_t fields_size; /* sizeof the generated struct; <= WICK_FIELDS_LEN_MAX */
    /* @return false: refused; the controller said why with wick_error(). Generated glue calls the
     * typed function. */
    bool (*call)(struct wick_turn *turn, void *view, const void *fields);
};

enum { WICK_FIELDS_LEN_MAX = 2048 };

#define WICK_NO_INT INT64_MIN /* an INT field that is not required and was left empty */

/* --- device states: generated, one for each struct, whatever the number of its pages ------------
 */

struct wick_state {
    void *now; /* owned by the application */
    size_t size;
    void *shadow[WICK_PERIODS]; /* as last published, per update period */
};

/* --- pages: generated ------------------------------------------------------------------------- */

struct wick_page {
    const char *path; /* "/" */
    const char *title;
    const struct wire *const *wire; /* [wire_count]: path serves the first one, path~NAME each
                                       further one */
    uint8_t wire_count;
    const struct tmpl *tmpl;             /* the live part */
    const struct tmpl_node *head, *tail; /* the document around it: head ends inside the open tag of
                                            the live element, before '>' */
    const struct wick_state *const *state; /* [state_count] that the page reads, the same for all
                                              viewers; the first is TMPL_DEVICE */
    uint8_t state_count;
    uint32_t view_size;
    const struct wick_action *action; /* [action_count] */
    uint16_t action_count;
    void (*mount)(struct wick_turn *turn,
                  void *view); /* fresh view, all zero: set defaults, read the query */
    void (*connect)(struct wick_turn *turn,
                    void *view); /* a browser's stream has joined; may be NULL, like the next */
    void (*disconnect)(struct wick_turn *turn, void *view);
};

/* --- what a controller may do ----------------------------------------------------------------- */

/** Value of a parameter of the page's URL, decoded into scratch; ptr NULL when absent. Known in
 * mount and connect. */
struct str wick_query(const struct wick_turn *turn, const char *name, struct buf *scratch);
/** Value of a cookie as sent (hostile text); ptr NULL when absent. Known in mount and connect. */
struct str wick_cookie(const struct wick_turn *turn, const char *name);
enum wick_role wick_role(const struct wick_turn *turn);
struct str wick_peer(const struct wick_turn *turn);
/** Refuse an action: message beside the field (NULL: about the whole form). The action then returns
 * false. */
void wick_error(struct wick_turn *turn, const char *field, const char *message);
/** Does the device still have the value that this field showed when the form was opened?
 *
 * The form tells by a hidden field: <input type="hidden" name="was-limit" value="{{.limit}}"> for
 * the field "limit". Ask before the new value is stored.
 * @param now   the device's present value, as text as the page writes it.
 * @return false: it was changed meanwhile, to something else than was submitted; a message beside
 * the field names both values. The action then returns false; a second submission is accepted.
 * True also when the form has no such hidden field (programs that post). */
bool wick_is_current(struct wick_turn *turn, const char *field, struct str now);
/** The same for a field that shows an integer. */
bool wick_is_current_int(struct wick_turn *turn, const char *field, int64_t now);
/** Freeze or continue this tab's live updates. */
void wick_pause(struct wick_turn *turn, bool paused);
/** Let this tab be updated every 1, 5 or 30 s (index into wick_period_s); anything else is ignored.
 */
void wick_set_period(struct wick_turn *turn, unsigned period_idx);
extern const uint16_t wick_period_s[WICK_PERIODS];

/* --- the application -------------------------------------------------------------------------- */

struct wick_timer {
    uint32_t every_ms;      /* while a page is being looked at */
    uint32_t every_idle_ms; /* while nobody looks; 0: not at all */
    void (*tick)(void);     /* reads sources into the device state */
};

struct wick_app {
    const char *name, *version;
    const struct wick_page *const
        *page; /* [page_count]; page[0] is shown for "/" if none has that path */
    uint16_t page_count;
    const struct wick_timer *timer;
    uint16_t timer_count;
    const struct net_asset *asset; /* embedded files, generated: wick_asset */
    const size_t *asset_count;     /* &wick_asset_count; NULL: none */
    /** After options and store are there, before listening. @return false: the program ends
     * with 78. */
    bool (*start)(void);
    /** Lines for /metrics in the text format (base/metric.h): as many whole lines as fit.
     * wick_metrics gives those of the engine alone; a function of your own calls it first.
     * *at_inout is 0 at first, and what the function left there afterwards. @return true: there is
     * more. NULL: there is no /metrics, and the names of the counters are not in the program. */
    bool (*metrics)(struct buf *out, uint64_t *at_inout);
    /** Why the application cannot do its work (503 at /readyz); NULL: it can. NULL: always. */
    const char *(*unready)(void);
};
struct net_asset;

/** The build and the counters of the engine, for wick_app.metrics. All of them are written while
 * *at_inout is 0, which stays. @return false: there is never more. */
bool wick_metrics(struct buf *out, uint64_t *at_inout);

/** Options, store, sockets, loop. @return the exit code (sysexits: 64 bad option, 78 bad value, 69
 * cannot listen). */
int wick_main(int argc, char **argv, const struct wick_app *app);

/** The first number of a small file of the kernel (/proc, /sys), times 10^decimals, further digits
 * cut:
 *  "48312\n" with 0 -> 48312; "0.53 0.61 ..." with 2 -> 53. @return false: it is not there or no
 * number; nothing is changed. */
bool wick_read_fixed(const char *path, unsigned decimals, int64_t *value_out);

/** Settings of the application: plain bytes by name, crash-safe. */
struct str wick_setting(const char *name);
WICK_MUST_CHECK enum wick_err wick_setting_put(const char *name, struct str value);
/** The state folder cannot be used: why; settings are then kept in memory only, and a page should
 * say so. NULL: they are stored. */
const char *wick_setting_trouble(void);

#endif
