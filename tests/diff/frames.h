/* frames.h - states of a template as lines of JSON, for the tests that apply them with the clients'
 * renderers.
 *
 *   {"tree":STATICS,"html":H,"page":P,"lt":FRAME,"wick":FRAME}
 *   a template (statics file), its first state and both first frames
 *   {"html":H,"page":P,"lt":[FRAME,...],"wick":[FRAME,...]}
 *   the next state of the same template, and the frames that lead to it;
 *                                                        with "x":true a snapshot on top of what
 *                                                        is there
 * H is what the page shows then, P the same with the marks of wire wick.
 */
#ifndef FRAMES_H
#define FRAMES_H

#include "wire/wire.h"

enum frames_way {
    FRAMES_WHOLE,
    FRAMES_PARTS /* the shared and the private slots as two frames */,
    FRAMES_SNAPSHOT
};

/** With room for everything that the tests make; one at a time, its memory is always the same. */
struct diff frames_diff(void);
void frames_print_template(const struct tmpl *tmpl, const struct tmpl_ctx *is);
void frames_print_transition(const struct tmpl *tmpl, const struct tmpl_ctx *was,
                             const struct tmpl_ctx *is, enum frames_way way);

#endif
