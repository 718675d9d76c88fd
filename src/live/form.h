/* form.h - what a browser submits -> the fields of an action: decoded, checked by the same rules as
 * in the browser.
 *
 * Layer: live (includes base, tmpl, net). Memory: struct wire_fields is the caller's (static: it
 * holds a whole body). Input comes from outside: unknown names are ignored, every known field is
 * checked, the first broken rule gives its message.
 */
#ifndef LIVE_FORM_H
#define LIVE_FORM_H

#include "live/wick.h"

/** application/x-www-form-urlencoded (a query, too). @return WICK_E_SYNTAX: a bad escape;
 * WICK_E_FULL. */
WICK_MUST_CHECK enum wick_err form_read_urlencoded(struct wire_fields *in, struct str body);

/** Check all fields of an action and fill its struct.
 * @param fields    [action->fields_size] out, aligned to 8; complete only when the result is true.
 * @param form_out  messages are added to it.
 * @return false: at least one message was added. */
bool form_check(const struct wick_action *action, const struct wire_fields *in, void *fields,
                struct tmpl_form *form_out);
/** Whose messages and drafts these are: the action, and the record that the form named. */
void form_set_place(struct tmpl_form *form, const struct wick_action *action,
                    const struct wire_fields *in);
/** Remember what was typed, fields with a message first; a text that does not fit whole is not
 * kept. */
void form_keep_drafts(struct tmpl_form *form, const struct wick_action *action,
                      const struct wire_fields *in);
/** Add a message beside a field ("" is the whole form). The first one for a field stays; one too
 * many is left out. */
void form_add_error(struct tmpl_form *form, struct str field, struct str message);
/** See wick_is_current(). */
bool form_is_current(struct tmpl_form *form, const struct wire_fields *in, struct str field,
                     struct str now);
bool form_has_error(const struct tmpl_form *form);

#endif
