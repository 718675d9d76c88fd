/* hand.h - a small template and its types, written by hand: one of each kind of slot.
 *
 *     <b>{{.n}}</b>
 *     <ul>{{range .direct}}<li data-key="{{.key}}">{{.text}}</li>{{end}}</ul>
 *     {{if eq .branch 1}}<p>{{.n}}-{{.name}}</p>{{else if eq .branch 2}}plain
 *     {{else if eq .branch 3}}<ol>{{range .direct}}...{{end}}</ol>{{end}}
 *     {{range .groups}}<div data-key="{{.key}}">{{range .sub}}...{{end}}</div>{{else}}none of
 * {{.n}}{{end}}
 *     {{range .direct}}[{{.text}}]{{end}}
 *     {{.view}}
 */
#ifndef HAND_H
#define HAND_H

#include "tmpl/tmpl.h"

struct row {
    char key[8];
    char text[8];
    uint32_t num;
};

struct rows {
    uint32_t len, dropped;
    struct row row[12];
};

struct group {
    char key[8];
    struct rows sub;
};

struct groups {
    uint32_t len, dropped;
    struct group row[4];
};

struct device {
    uint32_t n, branch;
    char name[8];
    struct rows direct;
    struct groups groups;
    struct rows bare;
};

struct view {
    uint32_t n;
};

extern const struct tmpl_node hand_root;

#endif
